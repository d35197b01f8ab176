import { describe, expect, it } from 'vitest';
import { mayDo } from './roles';

describe('roles in a group', () => {
  it('lets owners do everything, admins remove members, and members nothing', () => {
    expect(mayDo('owner', 'admin')).toEqual({ remove: true, roles: ['owner', 'member'] });
    expect(mayDo('admin', 'member')).toEqual({ remove: true, roles: [] });
    expect(mayDo('admin', 'admin')).toEqual({ remove: false, roles: [] });
    expect(mayDo('admin', 'owner').remove).toBe(false);
    expect(mayDo('member', 'member')).toEqual({ remove: false, roles: [] });
  });
});
