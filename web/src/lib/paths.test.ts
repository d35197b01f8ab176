import { describe, expect, it } from 'vitest';
import { type Place, parentOf, paths, placeOf } from './paths';

describe('addresses', () => {
  it('are read back as what they were made for', () => {
    const made: [string, Place][] = [
      [paths.home(), { screen: 'home' }],
      [paths.login(), { screen: 'login' }],
      [paths.signup(), { screen: 'signup' }],
      [paths.conversation('42'), { screen: 'conversation', id: '42' }],
      [paths.conversation('42', 7), { screen: 'conversation', id: '42', seq: 7 }],
      [paths.info('42'), { screen: 'panel', id: '42', panel: 'info' }],
      [paths.panel('42', 'thread', '7'), { screen: 'panel', id: '42', panel: 'thread', arg: '7' }],
      [paths.newChat(), { screen: 'other', name: 'new' }],
      [paths.settings(), { screen: 'other', name: 'settings' }],
      [paths.settings('security'), { screen: 'other', name: 'settings', arg: 'security' }],
      [paths.screen('tags', 'a/b c'), { screen: 'other', name: 'tags', arg: 'a/b c' }],
      [paths.debugSync(), { screen: 'other', name: 'debug', arg: 'sync' }],
    ];
    for (const [address, place] of made) {
      const [path = '', search = ''] = address.split('?');
      expect(placeOf(path, search)).toEqual(place);
    }
  });

  it('that nobody made lead nowhere', () => {
    for (const path of ['/Nope', '/c', '/c/abc', '/c/1/In.fo', '/c/1/info/x/y', '/a/b/c', '/c/99999999999999999999', '/%']) {
      expect(placeOf(path), path).toEqual({ screen: 'not_found' });
    }
  });

  it('with a senseless seq open the conversation without it', () => {
    for (const search of ['seq=0', 'seq=-3', 'seq=1.5', 'seq=x', 'seq=']) {
      expect(placeOf('/c/42', search), search).toEqual({ screen: 'conversation', id: '42' });
    }
  });

  it('know their parent for a deep link', () => {
    expect(parentOf({ screen: 'panel', id: '42', panel: 'info' })).toBe('/c/42');
    expect(parentOf({ screen: 'other', name: 'settings', arg: 'about' })).toBe('/settings');
    expect(parentOf({ screen: 'conversation', id: '42' })).toBe('/');
  });
});
