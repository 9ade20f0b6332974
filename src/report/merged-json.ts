import type { Merged } from '../run/fanout/merge.ts';
import { comparisonJson } from './comparison-json.ts';

/** The data of `forkwright merge --format json`: as with `comparisonJson`, members are added, never renamed, while `schemaVersion` is 1. */
export function mergedJson({ cells, machines, unreadable, notes, ok }: Merged) {
  return {
    schemaVersion: 1,
    type: 'merged',
    ok,
    cells: cells.map(({ id, recipes, checkout, target, state, why, record, where, machine }) => ({
      id: id ?? null,
      recipes,
      checkout: {
        refs: checkout.refs ?? [],
        commit: checkout.commit ?? null,
        treeHash: checkout.treeHash ?? null,
        pythonVersion: checkout.pythonVersion ?? null,
      },
      target,
      state,
      why: why ?? null,
      run: record?.id ?? null,
      where: where ?? null,
      machine: machine ?? null,
      comparison: record === undefined ? null : comparisonJson(record),
    })),
    machines,
    unreadable,
    notes,
  };
}
