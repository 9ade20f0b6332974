import { describe, expect, test } from 'vitest';
import { parseSshUrl, sshCommand, wrongSshUrl } from '../../../../src/targets/runners/ssh/connection.ts';

describe('addresses', () => {
  test.each([
    ['ssh://pi@board/home/pi/fw', { destination: 'pi@board', port: undefined, folder: '/home/pi/fw' }],
    ['ssh://board:2222/srv/fw/', { destination: 'board', port: '2222', folder: '/srv/fw' }],
    ['ssh://pi@[fe80::1]:22/fw', { destination: 'pi@fe80::1', port: '22', folder: '/fw' }],
    ['ssh://pi@board/~/fw', { destination: 'pi@board', port: undefined, folder: 'fw' }],
  ])('%s', (url, place) => {
    expect(wrongSshUrl(url)).toBeUndefined();
    expect(parseSshUrl(url)).toEqual(place);
  });

  test.each([
    ['pi@board:/fw', /expected/],
    ['ssh://board', /expected/],
    ['ssh://board/', /expected/],
    ['ssh://-oProxyCommand=sh/fw', /begin with/],
    ['ssh://-l@board/fw', /begin with/],
    ['ssh://board/a b', /spaces/],
    ['ssh://board/a:b', /colons/],
    ['ssh://board/a/../..', /“..”/],
    ['ssh://board/a\nb', /expected|control/],
    ['ssh://a b/c', /expected/],
    ['http://board/c', /expected/],
  ])('refused: %j', (url, why) => {
    expect(wrongSshUrl(url)).toMatch(why);
  });
});

test('ssh never asks, and what follows is never taken for an option', () => {
  const command = sshCommand(parseSshUrl('ssh://pi@board:2222/fw'), ['-i', 'key']);
  expect(command[0]).toBe('ssh');
  expect(command).toContain('BatchMode=yes');
  expect(command.slice(-6)).toEqual(['-i', 'key', '-p', '2222', '--', 'pi@board']);
});

test('calls share one connection, whose socket is in a private folder with a short name', () => {
  const path = (host: string) =>
    sshCommand(parseSshUrl(`ssh://${host}/fw`)).find((word) => word.startsWith('ControlPath=')) ?? '';
  expect(path('a')).toBe(path('b'));
  // %C is forty digits, and ssh adds seventeen while it makes the socket: at most 107 bytes.
  expect(path('a').length - 'ControlPath='.length - 2 + 40 + 17).toBeLessThan(107);
});
