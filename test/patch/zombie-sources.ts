/**
 * Small sources that have the shapes of the frame cache in CPython 2.5 – 3.10: only the structure is theirs.
 * S1 – S4 are the ways a frame is stored, L1 – L6 the ways it is taken back.
 */

export const comment = `/* Stack frames are allocated and deallocated at a considerable rate.
   In an attempt to improve the speed of function calls, we:

   1. Hold a single "zombie" frame on each code object.
   The zombie is reanimated.

   2. We also maintain a separate free list of stack frames (just like
   ints are).
*/
`;

export const newComment = `/* Stack frames are allocated and deallocated at a considerable rate.
   In an attempt to improve the speed of function calls, we maintain a
   separate free list of stack frames (just like
   ints are).
*/
`;

const dealloc = (body: string) => `static void
frame_dealloc(PyFrameObject *f)
{
    PyCodeObject *co;

    Py_TRASHCAN_SAFE_BEGIN(f)
    co = f->f_code;
${body}
    Py_DECREF(co);
    Py_TRASHCAN_SAFE_END(f)
}
`;

export const stores = {
  S1: dealloc(`    if (co->co_zombieframe == NULL)
        co->co_zombieframe = f;
    else if (numfree < MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
    else
        PyObject_GC_Del(f);
`),
  S2: dealloc(`    if (co->co_zombieframe == NULL)
        co->co_zombieframe = f;
    else if (numfree < PyFrame_MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
    else
        PyObject_GC_Del(f);
`),
  S3: dealloc(`    if (co->co_zombieframe == NULL) {
        co->co_zombieframe = f;
    }
#if PyFrame_MAXFREELIST > 0
    else if (numfree < PyFrame_MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
#endif
    else {
        PyObject_GC_Del(f);
    }
`),
  S4: dealloc(`    if (co->co_zombieframe == NULL) {
        co->co_zombieframe = f;
    }
    else {
        struct _Py_frame_state *state = get_frame_state();
#ifdef Py_DEBUG
        // the state must be alive
        assert(state->numfree != -1);
#endif
        if (state->numfree < PyFrame_MAXFREELIST) {
            ++state->numfree;
        }
        else {
            PyObject_GC_Del(f);
        }
    }
`),
} as const;

export const storesAfter: Record<keyof typeof stores, string> = {
  S1: dealloc(`    if (numfree < MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
    else
        PyObject_GC_Del(f);
`),
  S2: dealloc(`    if (numfree < PyFrame_MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
    else
        PyObject_GC_Del(f);
`),
  S3: dealloc(`#if PyFrame_MAXFREELIST > 0
    if (numfree < PyFrame_MAXFREELIST) {
        ++numfree;
        free_list = f;
    }
    else
#endif
    {
        PyObject_GC_Del(f);
    }
`),
  S4: dealloc(`    struct _Py_frame_state *state = get_frame_state();
#ifdef Py_DEBUG
    // the state must be alive
    assert(state->numfree != -1);
#endif
    if (state->numfree < PyFrame_MAXFREELIST) {
        ++state->numfree;
    }
    else {
        PyObject_GC_Del(f);
    }
`),
};

const branchLoad = (size: string, resize: string, name = 'PyFrame_New', extra = '') =>
  [
    `PyFrameObject *
${name}(PyThreadState *tstate, PyCodeObject *code)
{
    PyFrameObject *f;
    Py_ssize_t i;

    if (code->co_zombieframe != NULL) {
        f = code->co_zombieframe;
        code->co_zombieframe = NULL;
        _Py_NewReference((PyObject *)f);
        assert(f->f_code == code);
    }
    else {
        Py_ssize_t extras;
        extras = code->co_nlocals;
        if (${size}(f) < extras) {
${resize}
        }
        _Py_NewReference((PyObject *)f);
        for (i=0; i<extras; i++)
            f->f_localsplus[i] = NULL;
${extra}    }
    return f;
}
`,
    `PyFrameObject *
${name}(PyThreadState *tstate, PyCodeObject *code)
{
    PyFrameObject *f;
    Py_ssize_t i;

    {
        Py_ssize_t extras;
        extras = code->co_nlocals;
        if (${size}(f) < extras) {
${resize}
        }
        _Py_NewReference((PyObject *)f);
        for (i=0; i<extras; i++)
            f->f_localsplus[i] = NULL;
${extra}    }
    return f;
}
`,
  ] as const;

const resize = '            f = PyObject_GC_Resize(PyFrameObject, f, extras);';
const newResize = `            PyFrameObject *new_f = PyObject_GC_Resize(PyFrameObject, f, extras);
            if (new_f == NULL)
                return NULL;
            f = new_f;`;
const excs = '        f->f_exc_type = f->f_exc_value = NULL;\n';
const tail = `    Py_ssize_t extras = code->co_nlocals;
#if PyFrame_MAXFREELIST > 0
    if (free_list == NULL)
#endif
    {
        f = PyObject_GC_NewVar(PyFrameObject, &PyFrame_Type, extras);
    }
#if PyFrame_MAXFREELIST > 0
    else {
        assert(numfree > 0);
        f = free_list;
    }
#endif
    f->f_code = code;
    return f;
}
`;
const guarded = `    if (f != NULL) {
        code->co_zombieframe = NULL;
        _Py_NewReference((PyObject *)f);
        assert(f->f_code == code);
        return f;
    }

`;
const allocHead = 'static inline PyFrameObject*\nframe_alloc(PyCodeObject *code)\n{\n';

const opened = (text: string) =>
  text.replace(/^ {4}\{\n([\s\S]*?)^ {4}\}\n/m, (_, body: string) => body.replace(/^ {4}/gm, ''));

export const loads = {
  L1: branchLoad('ob_size', resize, 'PyFrame_New', excs)[0],
  L2: branchLoad('Py_SIZE', resize, 'PyFrame_New', excs)[0],
  L3: branchLoad('Py_SIZE', newResize, 'PyFrame_New', excs)[0],
  L4: branchLoad('Py_SIZE', newResize, '_Py_HOT_FUNCTION\n_PyFrame_New_NoTrack')[0],
  L5: `${allocHead}    PyFrameObject *f;\n\n    f = code->co_zombieframe;\n${guarded}${tail}`,
  L6: `${allocHead}    PyFrameObject *f = code->co_zombieframe;\n${guarded}${tail}`,
} as const;

export const loadsAfter: Record<keyof typeof loads, string> = {
  L1: branchLoad('ob_size', resize, 'PyFrame_New', excs)[1],
  L2: branchLoad('Py_SIZE', resize, 'PyFrame_New', excs)[1],
  L3: branchLoad('Py_SIZE', newResize, 'PyFrame_New', excs)[1],
  // From 3.6 on a declaration may stand after statements: the block opens up.
  L4: opened(branchLoad('Py_SIZE', newResize, '_Py_HOT_FUNCTION\n_PyFrame_New_NoTrack')[1]),
  L5: `${allocHead}    PyFrameObject *f;\n\n${tail}`,
  L6: `${allocHead}    PyFrameObject *f;\n\n${tail}`,
};

/** What a version has: its store, its load, where the field is. */
export const shapes = [
  { python: '2.5.6', store: 'S1', load: 'L1' },
  { python: '2.6.9', store: 'S2', load: 'L2' },
  { python: '2.7.18', store: 'S2', load: 'L2' },
  { python: '3.0.1', store: 'S2', load: 'L2' },
  { python: '3.2.6', store: 'S2', load: 'L2' },
  { python: '3.3.0a3', store: 'S2', load: 'L3' },
  { python: '3.5.10', store: 'S2', load: 'L3' },
  { python: '3.7.9', store: 'S2', load: 'L4' },
  { python: '3.8.20', store: 'S2', load: 'L4' },
  { python: '3.9.2', store: 'S3', load: 'L5' },
  { python: '3.10.12', store: 'S4', load: 'L6' },
] as const;

export type Shape = (typeof shapes)[number];

const modern = (shape: Shape) => /^3\.(9|10)/.test(shape.python);

export function headerPath(shape: Shape): string {
  return modern(shape) ? 'Include/cpython/code.h' : 'Include/code.h';
}

export function header(shape: Shape, field: string): string {
  return modern(shape)
    ? `struct PyCodeObject {\n    PyObject_HEAD\n    int co_argcount;\n${field}    PyObject *co_weakreflist;\n};\n`
    : `typedef struct {\n    PyObject_HEAD\n    int co_argcount;\t\t/* #arguments, except *args */\n${field}} PyCodeObject;\n`;
}

export const field = '    void *co_zombieframe;     /* for optimization only (see frameobject.c) */\n';

export function codeobject(statement: string, guard: string): string {
  return `PyCodeObject *
PyCode_New(int argcount)
{
    PyCodeObject *co;
    co = PyObject_NEW(PyCodeObject, &PyCode_Type);
    if (co != NULL) {
        co->co_lnotab = lnotab;
${statement}        co->co_weakreflist = NULL;
    }
    return co;
}

static void
code_dealloc(PyCodeObject *co)
{
    Py_XDECREF(co->co_lnotab);
${guard}    if (co->co_weakreflist != NULL)
        PyObject_ClearWeakRefs((PyObject*)co);
    PyObject_DEL(co);
}
`;
}

export const initialiser = '        co->co_zombieframe = NULL;\n';
export const guardedFree = '    if (co->co_zombieframe != NULL)\n        PyObject_GC_Del(co->co_zombieframe);\n';

/** The tree of a version, as it is. */
export function sourcesBefore(shape: Shape): Record<string, string> {
  return {
    'Objects/frameobject.c': `${comment}\n${stores[shape.store]}\n${loads[shape.load]}`,
    'Objects/codeobject.c': codeobject(initialiser, guardedFree),
    [headerPath(shape)]: header(shape, field),
  };
}

/** The same tree as it must be after remove-zombieframe. */
export function sourcesAfter(shape: Shape): Record<string, string> {
  return {
    'Objects/frameobject.c': `${newComment}\n${storesAfter[shape.store]}\n${loadsAfter[shape.load]}`,
    'Objects/codeobject.c': codeobject('', ''),
    [headerPath(shape)]: header(shape, ''),
  };
}
