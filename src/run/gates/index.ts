/** Gates: the conditions under which whoever asked for a run calls it a failure. */
export { type GateResult, judgeGates } from './judge.ts';
export { GATES, type Gate, parseGates, settingsGates } from './parse.ts';
