/** What gets its room first where a comment cannot hold everything: what is wrong, what was verified, then the diffs. */
export const RANK = {
  head: 0,
  problems: 1,
  headings: 2,
  evidence: 3,
  checks: 4,
  comparison: 5,
  run: 6,
  warnings: 7,
  provenance: 8,
  fileTables: 9,
  findings: 10,
  differences: 11,
  diffs: 12,
  edits: 13,
} as const;
