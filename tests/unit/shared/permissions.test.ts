import { describe, expect, it } from 'vitest'
import {
  DEFAULT_PERMISSIONS,
  can,
  canActOn,
  canChangePermissions,
  canChangeRole,
  canDeleteMessage,
  canHandOver,
  canLeave,
  canOverride,
  RIGHTS,
  rightsOf,
  ROLES,
  type Right,
  type Role,
  type Rules,
  type Standing,
} from '#shared/domain/permissions'
import { writingOf } from '#shared/domain/text/links'
import { canEditMessage, canWrite } from '#shared/domain/writing'

/** Who has each right in a new group: o wner, a dmin, m oderator, p lain member. */
const TABLE: Record<Right, string> = {
  sendText: 'oamp',
  sendImage: 'oamp',
  sendFile: 'oamp',
  sendVoice: 'oamp',
  sendLink: 'oamp',
  react: 'oamp',
  mentionAll: 'oam',
  pin: 'oam',
  editOwn: 'oamp',
  deleteOwn: 'oamp',
  deleteAny: 'oam',
  invite: 'oam',
  approveJoin: 'oam',
  remove: 'oam',
  ban: 'oam',
  restrict: 'oam',
  editInfo: 'oa',
  manageRoles: 'oa',
  managePermissions: 'oa',
  viewAudit: 'oa',
  deleteGroup: 'o',
}
const LETTER: Record<Role, string> = { owner: 'o', admin: 'a', moderator: 'm', member: 'p' }
/** Whom each role stands above. */
const BELOW: Record<Role, Role[]> = {
  owner: ['admin', 'moderator', 'member'],
  admin: ['moderator', 'member'],
  moderator: ['member'],
  member: [],
}

const NOW = 1_000_000
const GROUP: Rules = { kind: 'group', permissions: {} }
const DIRECT: Rules = { kind: 'direct', permissions: {} }
const plain = (role: Role): Standing => ({ role, allow: [], deny: [], until: null })
const withRights = (role: Role, fields: Partial<Standing>): Standing => ({ ...plain(role), ...fields })

/** How a right may be set for one member alone, and what that makes of it: given, taken, or left to the role. */
const OVERRIDES: [name: string, fields: (right: Right) => Partial<Standing>, effect: 'given' | 'taken' | 'none'][] = [
  ['untouched', () => ({}), 'none'],
  ['allowed for good', (right) => ({ allow: [right] }), 'given'],
  ['allowed and in force', (right) => ({ allow: [right], until: NOW + 1 }), 'given'],
  ['allowed until now', (right) => ({ allow: [right], until: NOW }), 'none'],
  ['allowed and over', (right) => ({ allow: [right], until: NOW - 1 }), 'none'],
  ['denied for good', (right) => ({ deny: [right] }), 'taken'],
  ['denied and in force', (right) => ({ deny: [right], until: NOW + 1 }), 'taken'],
  ['denied until now', (right) => ({ deny: [right], until: NOW }), 'none'],
  ['denied and over', (right) => ({ deny: [right], until: 0 }), 'none'],
  ['allowed and denied at once', (right) => ({ allow: [right], deny: [right] }), 'taken'],
  ['allowed and denied, over', (right) => ({ allow: [right], deny: [right], until: NOW - 1 }), 'none'],
  [
    'others allowed and denied',
    (right) => ({ allow: RIGHTS.filter((one) => one !== right), deny: RIGHTS.filter((one) => one !== right) }),
    'none',
  ],
]

/** The reference: what a person has, told as a person would. */
function has(role: Role, right: Right, effect: 'given' | 'taken' | 'none', lowest?: Role): boolean {
  if (role === 'owner') return true
  if (effect !== 'none') return effect === 'given'
  return lowest ? role === lowest || BELOW[role].includes(lowest) : TABLE[right].includes(LETTER[role])
}

it('the defaults and the table name the same rights', () => {
  expect(Object.keys(TABLE)).toEqual([...RIGHTS])
  for (const right of RIGHTS) expect(TABLE[right].at(-1)).toBe(LETTER[DEFAULT_PERMISSIONS[right]])
})

describe.each(ROLES)('%s', (role) => {
  describe.each(OVERRIDES)('whose right is %s', (_name, fields, effect) => {
    it.each(RIGHTS)('%s', (right) => {
      const actor = withRights(role, fields(right))
      const expected = has(role, right, effect)
      expect(can(GROUP, actor, right, NOW).allowed).toBe(expected)
      expect(rightsOf(GROUP, actor, NOW).includes(right)).toBe(expected)
      // Whatever the group makes the lowest role of it.
      for (const lowest of ROLES) {
        const rules: Rules = { kind: 'group', permissions: { [right]: lowest } }
        expect([lowest, can(rules, actor, right, NOW).allowed]).toEqual([lowest, has(role, right, effect, lowest)])
      }
      // And to whom: one of lower rank, or no member at all.
      for (const target of ROLES) {
        const [given, taken] = [withRights(target, { allow: [...RIGHTS] }), withRights(target, { deny: [...RIGHTS] })]
        for (const standing of [plain(target), given, taken]) {
          const reaches = expected && BELOW[role].includes(target)
          expect([target, canActOn(GROUP, actor, right, standing, NOW).allowed]).toEqual([target, reaches])
        }
      }
      expect(canActOn(GROUP, actor, right, undefined, NOW).allowed).toBe(expected)
    })
  })
})

describe('the denial reason', () => {
  it.each<[reason: string, decision: ReturnType<typeof can>]>([
    ['role', can(GROUP, plain('member'), 'ban', NOW)],
    ['denied', can(GROUP, withRights('admin', { deny: ['ban'] }), 'ban', NOW)],
    ['direct', can(DIRECT, plain('member'), 'ban', NOW)],
    ['rank', canActOn(GROUP, plain('admin'), 'ban', plain('admin'), NOW)],
    ['beyond', canChangeRole(GROUP, plain('admin'), plain('member'), 'admin', NOW)],
    ['self', canHandOver(GROUP, plain('owner'), true)],
    ['owner', canLeave(GROUP, plain('owner'))],
    ['author', canEditMessage(GROUP, plain('owner'), false, writingOf('text'), NOW)],
  ])('%s', (reason, decision) => {
    expect(decision).toMatchObject({ allowed: false, reason })
  })

  it('says until when a right is denied, if that ends', () => {
    expect(can(GROUP, withRights('member', { deny: ['sendText'], until: NOW + 5 }), 'sendText', NOW)).toEqual({
      allowed: false,
      reason: 'denied',
      until: NOW + 5,
    })
    expect(can(GROUP, withRights('member', { deny: ['sendText'] }), 'sendText', NOW)).toEqual({
      allowed: false,
      reason: 'denied',
    })
  })
})

describe('roles', () => {
  /** Everything that anyone may make of anyone: "who whom next". */
  const POSSIBLE = new Set([
    ...['admin', 'moderator', 'member'].flatMap((target) =>
      ['admin', 'moderator', 'member'].map((next) => `owner ${target} ${next}`),
    ),
    ...['moderator', 'member'].flatMap((target) => ['moderator', 'member'].map((next) => `admin ${target} ${next}`)),
  ])

  it('are given to people of lower ranks, up to the rank below the own one', () => {
    for (const actor of ROLES)
      for (const target of ROLES)
        for (const next of ROLES) {
          const name = `${actor} ${target} ${next}`
          expect([name, canChangeRole(GROUP, plain(actor), plain(target), next, NOW).allowed]).toEqual([
            name,
            POSSIBLE.has(name),
          ])
        }
  })

  it('of a moderator with the right affect nobody above members', () => {
    const able = withRights('moderator', { allow: ['manageRoles'] })
    for (const next of ROLES)
      expect(canChangeRole(GROUP, able, plain('member'), next, NOW).allowed).toBe(next === 'member')
  })

  it('include the owner’s, which only the owner can hand over, to another person', () => {
    for (const role of ROLES) {
      expect(canHandOver(GROUP, withRights(role, { allow: [...RIGHTS] }), false).allowed).toBe(role === 'owner')
      expect(canHandOver(GROUP, plain(role), true).allowed).toBe(false)
      expect(canHandOver(DIRECT, plain(role), false).allowed).toBe(false)
    }
  })

  it('let everyone leave but the owner, whatever was denied to them', () => {
    for (const role of ROLES) {
      expect(canLeave(GROUP, withRights(role, { deny: [...RIGHTS] })).allowed).toBe(role !== 'owner')
      expect(canLeave(DIRECT, plain(role)).allowed).toBe(false)
    }
  })
})

describe('exceptions', () => {
  const mute = { allow: [], deny: ['sendText' as const], until: NOW + 60_000 }
  const muted = withRights('member', mute)
  const none = { allow: [], deny: [], until: null }

  it.each<
    [
      what: string,
      actor: Standing,
      target: Standing,
      next: Pick<Standing, 'allow' | 'deny' | 'until'>,
      allowed: boolean,
    ]
  >([
    ['a moderator mutes a member', plain('moderator'), plain('member'), mute, true],
    ['a moderator gives back what was taken', plain('moderator'), muted, none, true],
    ['a moderator changes the end', plain('moderator'), muted, { ...mute, until: null }, true],
    ['a member mutes nobody', plain('member'), plain('member'), mute, false],
    ['a moderator does not mute a moderator', plain('moderator'), plain('moderator'), mute, false],
    ['an admin mutes a moderator', plain('admin'), plain('moderator'), mute, true],
    ['nobody mutes the owner', withRights('admin', { allow: [...RIGHTS] }), plain('owner'), mute, false],
    ['a moderator gives nobody more', plain('moderator'), plain('member'), { ...none, allow: ['pin'] }, false],
    [
      'an admin allows a right that they have',
      plain('admin'),
      plain('member'),
      { ...none, allow: ['ban', 'viewAudit'] },
      true,
    ],
    [
      'an admin does not allow a right that they do not have',
      plain('admin'),
      plain('member'),
      { ...none, allow: ['deleteGroup'] },
      false,
    ],
    [
      'an admin does not allow a right that was denied to them',
      withRights('admin', { deny: ['ban'] }),
      plain('member'),
      { ...none, allow: ['ban'] },
      false,
    ],
    ['the owner gives anything', plain('owner'), plain('member'), { ...none, allow: [...RIGHTS] }, true],
    [
      'an admin without restrict gives, but takes nothing',
      withRights('admin', { deny: ['restrict'] }),
      plain('member'),
      { ...none, allow: ['pin'] },
      true,
    ],
    ['…takes nothing', withRights('admin', { deny: ['restrict'] }), plain('member'), mute, false],
    [
      'a moderator leaves what others gave',
      plain('moderator'),
      withRights('member', { allow: ['viewAudit'] }),
      { allow: ['viewAudit'], deny: ['sendText'], until: null },
      true,
    ],
    [
      'a moderator does not prolong what others gave',
      plain('moderator'),
      withRights('member', { allow: ['viewAudit'], until: NOW + 1 }),
      { allow: ['viewAudit'], deny: [], until: null },
      false,
    ],
    [
      'an admin does not prolong a right that they could not allow',
      plain('admin'),
      withRights('member', { allow: ['deleteGroup'], until: NOW + 1 }),
      { allow: ['deleteGroup'], deny: [], until: null },
      false,
    ],
    [
      'an admin takes back a right that they could not allow',
      plain('admin'),
      withRights('member', { allow: ['deleteGroup'] }),
      none,
      true,
    ],
    [
      'what is over is given anew',
      plain('moderator'),
      withRights('member', { allow: ['pin'], until: NOW }),
      { allow: ['pin'], deny: [], until: null },
      false,
    ],
    [
      'the same right twice hides no other',
      plain('moderator'),
      withRights('member', { allow: ['pin', 'pin'] }),
      { allow: ['pin', 'viewAudit'], deny: [], until: null },
      false,
    ],
  ])('%s', (_what, actor, target, next, allowed) => {
    expect(canOverride(GROUP, actor, target, next, NOW).allowed).toBe(allowed)
    expect(canOverride(DIRECT, actor, target, next, NOW).allowed).toBe(false)
  })
})

describe('permissions', () => {
  it('are changed by people with the right to manage permissions, for the rights of their rank', () => {
    for (const role of ROLES)
      for (const right of RIGHTS)
        for (const lowest of ROLES) {
          const touches = lowest !== DEFAULT_PERMISSIONS[right]
          const expected =
            TABLE.managePermissions.includes(LETTER[role]) && (!touches || TABLE[right].includes(LETTER[role]))
          const name = `${role} ${right} ${lowest}`
          expect([name, canChangePermissions(GROUP, plain(role), { [right]: lowest }, NOW).allowed]).toEqual([
            name,
            expected,
          ])
        }
  })

  it('above a moderator’s rank are not changed by a moderator who can manage them', () => {
    const able = withRights('moderator', { allow: ['managePermissions'] })
    expect(canChangePermissions(GROUP, able, { ban: 'member' }, NOW).allowed).toBe(true)
    expect(canChangePermissions(GROUP, able, { managePermissions: 'moderator' }, NOW).allowed).toBe(false)
    expect(canChangePermissions(GROUP, able, { ban: 'member', viewAudit: 'member' }, NOW).allowed).toBe(false)
  })
})

describe('messages', () => {
  it('of others are deleted by higher ranks, also when their author has left', () => {
    for (const actor of ROLES)
      for (const author of [...ROLES, undefined]) {
        const expected = actor !== 'member' && (author === undefined || BELOW[actor].includes(author))
        expect([
          actor,
          author,
          canDeleteMessage(GROUP, plain(actor), false, author && plain(author), NOW).allowed,
        ]).toEqual([actor, author, expected])
      }
  })

  it('of one’s own need their own right, and no other one is enough', () => {
    expect(canDeleteMessage(GROUP, plain('member'), true, plain('member'), NOW).allowed).toBe(true)
    const taken = withRights('moderator', { deny: ['deleteOwn'] })
    expect(canDeleteMessage(GROUP, taken, true, taken, NOW).allowed).toBe(false)
    expect(canDeleteMessage(DIRECT, plain('member'), true, plain('member'), NOW).allowed).toBe(true)
    expect(canDeleteMessage(DIRECT, plain('member'), false, plain('member'), NOW).allowed).toBe(false)
  })

  it('are edited by their author, who needs the rights to write them', () => {
    const edit = (fields: Partial<Standing>, text = 'text') =>
      canEditMessage(GROUP, withRights('member', fields), true, writingOf(text), NOW).allowed
    expect(edit({})).toBe(true)
    expect(edit({ deny: ['editOwn'] })).toBe(false)
    expect(edit({ deny: ['sendText'] })).toBe(false)
    expect(edit({ deny: ['sendText'], until: NOW })).toBe(true)
    expect(edit({ deny: ['sendLink'] })).toBe(true)
    expect(edit({ deny: ['sendLink'] }, 'see www.example.com')).toBe(false)
    for (const role of ROLES)
      expect(canEditMessage(GROUP, plain(role), false, writingOf('text'), NOW).allowed).toBe(false)
  })

  it.each([
    ['https://example.com', true],
    ['see HTTP://a', true],
    ['(www.example.com)', true],
    ['http:// alone', false],
    ['wwwhat', false],
    ['awww.cute', false],
    ['www. ', false],
    ['1.5 or e.g. this', false],
  ])('a link in %j: %s', (text, isLink) => {
    expect(canWrite(GROUP, withRights('member', { deny: ['sendLink'] }), writingOf(text), NOW).allowed).toBe(!isLink)
  })
})
