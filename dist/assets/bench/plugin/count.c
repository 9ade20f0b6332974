/* Counts the guest's instructions under qemu's user mode: a TCG plugin.
 *
 *   cc -O2 -shared -fPIC -DAPI=1 -o count.so count.c
 *   qemu-ARCH -plugin count.so,out=FILE,mark=NUMBER PROGRAM ...
 *
 * Each time the guest makes the system call NUMBER, the instructions so far are appended to FILE as a line `mark N`; at its
 * end, a line `end N`. A child that the guest forks is counted by nobody and writes nothing. FILE is opened for each line, so
 * the guest's file descriptors are those that it has without a plugin.
 *
 * Distributions ship no header for plugins, so what is used of the interface is declared here, by hand
 * (include/qemu/qemu-plugin.h). API 1: qemu 6.0 to 8.2; API 2: 9.0 and later, which counts each thread by itself.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_info_t;
enum { ADD_U64 = 0, NO_REGS = 0 };

typedef void translated_callback(plugin_id, struct qemu_plugin_tb *);
typedef void cpu_callback(plugin_id, unsigned cpu);
typedef void system_call_callback(plugin_id, unsigned cpu, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                                  uint64_t, uint64_t, uint64_t);
typedef void end_callback(plugin_id, void *);

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, translated_callback *);
extern void qemu_plugin_register_vcpu_syscall_cb(plugin_id, system_call_callback *);
extern void qemu_plugin_register_atexit_cb(plugin_id, end_callback *, void *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);

EXPORT int qemu_plugin_version = API;

#if API < 2

extern void qemu_plugin_register_vcpu_init_cb(plugin_id, cpu_callback *);
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int what, void *counter, uint64_t by);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, void (*)(unsigned cpu, void *), int flags, void *);

static uint64_t count;
static int threads;

/* Every block that is executed adds its instructions. Inline that is fast, but no atomic addition: with a second thread
 * qemu throws all translations away (CF_PARALLEL), and each block translated after that calls `add`. */
static void add(unsigned cpu, void *instructions) {
    (void)cpu;
    __atomic_fetch_add(&count, (uint64_t)(uintptr_t)instructions, __ATOMIC_RELAXED);
}

static void translated(plugin_id id, struct qemu_plugin_tb *block) {
    size_t instructions = qemu_plugin_tb_n_insns(block);
    (void)id;
    if (__atomic_load_n(&threads, __ATOMIC_ACQUIRE) > 1)
        qemu_plugin_register_vcpu_tb_exec_cb(block, add, NO_REGS, (void *)(uintptr_t)instructions);
    else
        qemu_plugin_register_vcpu_tb_exec_inline(block, ADD_U64, &count, instructions);
}

static void thread_began(plugin_id id, unsigned cpu) {
    (void)id;
    (void)cpu;
    __atomic_fetch_add(&threads, 1, __ATOMIC_RELEASE);
}

static void prepare(plugin_id id) { qemu_plugin_register_vcpu_init_cb(id, thread_began); }

static uint64_t so_far(void) { return __atomic_load_n(&count, __ATOMIC_RELAXED); }

#else

struct qemu_plugin_scoreboard;
typedef struct {
    struct qemu_plugin_scoreboard *score;
    size_t offset;
} qemu_plugin_u64;

extern struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t element_size);
extern uint64_t qemu_plugin_u64_sum(qemu_plugin_u64);
extern void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *, int what, qemu_plugin_u64, uint64_t by);

static qemu_plugin_u64 count;

static void translated(plugin_id id, struct qemu_plugin_tb *block) {
    (void)id;
    qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(block, ADD_U64, count, qemu_plugin_tb_n_insns(block));
}

static void prepare(plugin_id id) {
    (void)id;
    count.score = qemu_plugin_scoreboard_new(sizeof(uint64_t));
}

static uint64_t so_far(void) { return qemu_plugin_u64_sum(count); }

#endif

static char out[4096];
static int64_t mark = -1;
static pid_t counted;

static void say(const char *what) {
    char line[64];
    int file, length = snprintf(line, sizeof line, "%s %llu\n", what, (unsigned long long)so_far());
    if (getpid() != counted) return;
    file = open(out, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file < 0) return;
    /* What cannot be written is missed by the reader. */
    if (write(file, line, (size_t)length) != length) (void)0;
    close(file);
}

static void system_call(plugin_id id, unsigned cpu, int64_t number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                        uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
    (void)id, (void)cpu, (void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)a6, (void)a7, (void)a8;
    if (number == mark) say("mark");
}

static void ended(plugin_id id, void *data) {
    (void)id, (void)data;
    say("end");
}

EXPORT int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count_of_options, char **options) {
    int i;
    (void)info;
    for (i = 0; i < count_of_options; i++) {
        if (strncmp(options[i], "out=", 4) == 0 && strlen(options[i] + 4) < sizeof out) strcpy(out, options[i] + 4);
        if (strncmp(options[i], "mark=", 5) == 0) mark = strtoll(options[i] + 5, NULL, 10);
    }
    if (out[0] == '\0' || mark < 0) {
        fprintf(stderr, "the counting plugin needs out=FILE and mark=NUMBER\n");
        return -1;
    }
    counted = getpid();
    prepare(id);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_vcpu_syscall_cb(id, system_call);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
