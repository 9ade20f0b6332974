import { Listr, ListrLogger, type ListrTask, type ListrTaskWrapper, ProcessOutput } from 'listr2';
import { printableText } from '../../document/printable.ts';
import { duration } from '../../document/step-time.ts';
import { renderDiagnostic } from '../../document/terminal/diagnostic.ts';
import type { Diagnostic } from '../../system/diagnostic.ts';
import type { Event, PlannedStep, StepOutcome } from '../../system/events.ts';
import { holding } from '../../system/held.ts';
import type { Terminal } from '../../system/terminal.ts';
import type { ProgressRenderer } from './plain.ts';

// biome-ignore lint/suspicious/noExplicitAny: listr2's wrapper is generic over its renderers, which do not matter here.
type Row = ListrTaskWrapper<any, any, any>;

interface StepState {
  readonly title: string;
  readonly parent: string | undefined;
  started: number | undefined;
  text: string;
  row: Row | undefined;
  finished: { outcome: StepOutcome; note: string | undefined; durationMs: number } | undefined;
  /** Called when the state changes from waiting to started, and to finished. */
  wake: () => void;
}

/**
 * The progress list of a terminal: few rows, each with what runs, for how long, and the last log line.
 * Rows come from the plan; a step that was not planned shows in its parent's row, or gets a row of its own.
 */
export function listrProgress(terminal: Terminal): ProgressRenderer {
  const steps = new Map<string, StepState>();
  const after: { diagnostic: Diagnostic; severity: 'error' | 'warning' | 'note' }[] = [];
  let closing = false;
  let running: Promise<unknown> = Promise.resolve();
  let planned = false;

  const clock = setInterval(() => {
    for (const step of steps.values()) show(step);
  }, 1000);
  clock.unref();

  function state(id: string, title: string, parent?: string): StepState {
    const known = steps.get(id);
    if (known !== undefined) return known;
    const made: StepState = {
      title,
      parent,
      started: undefined,
      text: '',
      row: undefined,
      finished: undefined,
      wake: () => {},
    };
    steps.set(id, made);
    return made;
  }

  function show(step: StepState): void {
    if (step.row === undefined || step.started === undefined || step.finished !== undefined) return;
    const text = step.text === '' ? '' : ` · ${printableText(step.text)}`;
    const line = `${duration(performance.now() - step.started)}${text}`;
    step.row.output = line.slice(0, Math.max(20, terminal.width - 8));
  }

  /** Waits until `done()`, or until the work is over. */
  async function until(step: StepState, done: () => boolean): Promise<void> {
    while (!done() && !closing) {
      await new Promise<void>((resolve) => {
        step.wake = resolve;
      });
    }
  }

  function task(planned: PlannedStep): ListrTask {
    const step = state(planned.id, planned.title);
    return {
      title: planned.title,
      task: async (_, row) => {
        step.row = row as Row;
        show(step);
        const children = planned.children ?? [];
        if (children.length > 0) {
          const list = row.newListr(children.map(task), { concurrent: true, exitOnError: false });
          await Promise.all([list.run().catch(() => {}), until(step, () => step.finished !== undefined)]);
        } else {
          await until(step, () => step.finished !== undefined);
        }
        finish(step, row as Row);
      },
    };
  }

  function finish(step: StepState, row: Row): void {
    const end = step.finished;
    if (end === undefined || end.outcome === 'skipped') {
      row.skip(`${step.title}${end?.note === undefined ? '' : ` (${end.note})`}`);
      return;
    }
    const words = [end.outcome === 'hit' ? 'reused' : undefined, end.note, duration(end.durationMs)].filter(
      (w) => w !== undefined,
    );
    row.title = `${step.title} · ${words.join(' · ')}`;
    if (end.outcome === 'failed' || end.outcome === 'cancelled') {
      throw new Error(
        `${step.title} ${end.outcome === 'failed' ? 'failed' : 'was stopped'} after ${duration(end.durationMs)}`,
      );
    }
  }

  function start(rows: readonly PlannedStep[]): void {
    const output = new ProcessOutput(process.stderr, process.stderr);
    const list = new Listr(rows.map(task), {
      concurrent: false,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: {
        logger: new ListrLogger({ processOutput: output }),
        collapseSubtasks: false,
        showErrorMessage: true,
        collapseErrors: true,
      },
    });
    // One list after the other: two that draw at once would overwrite each other. Each hides the cursor while it draws,
    // and the library shows it again when the process exits.
    const draw = () => list.run().catch(() => {});
    running = running.then(() => holding(draw, () => {}));
  }

  /** The row that tells of a step: its own, or its nearest ancestor's. */
  function rowOwner(id: string): StepState | undefined {
    let step = steps.get(id);
    while (step !== undefined && step.row === undefined && step.parent !== undefined) step = steps.get(step.parent);
    return step;
  }

  return {
    handle(event: Event) {
      switch (event.type) {
        case 'plan':
          planned = true;
          start(event.steps);
          return;
        case 'step-started': {
          const known = steps.has(event.id);
          const step = state(event.id, event.title, event.parent);
          step.started = performance.now();
          if (!known && event.parent === undefined && !planned) start([{ id: event.id, title: event.title }]);
          const owner = rowOwner(event.id);
          if (owner !== undefined && owner !== step) {
            owner.text = event.title;
            show(owner);
          }
          step.wake();
          return;
        }
        case 'step-progress': {
          const step = steps.get(event.id);
          const owner = rowOwner(event.id);
          if (step === undefined || owner === undefined) return;
          owner.text = owner === step ? event.text : `${step.title}: ${event.text}`;
          show(owner);
          return;
        }
        case 'step-finished': {
          const step = steps.get(event.id);
          if (step === undefined) return;
          step.finished = { outcome: event.outcome, note: event.note, durationMs: event.durationMs };
          step.wake();
          return;
        }
        case 'message':
          if (event.level === 'warning')
            after.push({ severity: 'warning', diagnostic: { code: 'message', message: event.text } });
          return;
        case 'diagnostic':
          after.push({ severity: event.severity, diagnostic: event.diagnostic });
          return;
      }
    },
    async close() {
      closing = true;
      clearInterval(clock);
      // A row begins to wait only when the row before has ended, so each is woken until all are through.
      const waker = setInterval(() => {
        for (const step of steps.values()) step.wake();
      }, 5);
      await running;
      clearInterval(waker);
      for (const { diagnostic, severity } of after)
        terminal.err(`${renderDiagnostic(diagnostic, severity, terminal.colorErr)}\n`);
    },
  };
}
