import { expect, test } from 'vitest';
import { trustsCheckout } from '../../src/action/event.ts';

const pull = (from: unknown) => ({
  pull_request: { number: 1, head: { repo: from as { full_name: unknown } | null } },
});
const on = (GITHUB_EVENT_NAME: string) => ({ GITHUB_EVENT_NAME, GITHUB_REPOSITORY: 'us/cpython' });

test.each<[string, object, boolean]>([
  ['push', {}, true],
  ['schedule', {}, true],
  ['workflow_dispatch', {}, true],
  ['pull_request', pull({ full_name: 'Us/CPython' }), true],
  ['pull_request', pull({ full_name: 'them/cpython' }), false],
  // A fork that is gone.
  ['pull_request', pull(null), false],
  ['pull_request', {}, false],
  ['pull_request_target', pull({ full_name: 'us/cpython' }), false],
  ['workflow_run', {}, false],
  ['issue_comment', {}, false],
  ['', {}, false],
])('may programs be named by what is checked out: %s %o → %s', (event, payload, trusted) => {
  expect(trustsCheckout(on(event), payload)).toBe(trusted);
});
