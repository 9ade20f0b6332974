import type { PreparedSuite, Suite } from './suite.ts';

/** Nothing is made ready: the worker starts its own interpreter again. */
const READY: PreparedSuite = { name: 'startup', args: ['startup'], identity: {} };

export const startup: Suite = {
  name: 'startup',
  title: 'Start-up time',
  words: 'start-up time',
  prepare: async () => READY,
  pack: {
    message: 'the time of starting is not measured by a bundle',
    hint: 'make a run with pybench or with scripts of your own (--suite FILE.py), and bundle that',
  },
};
