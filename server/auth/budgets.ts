import { MAX_MEMBERS } from '#shared/domain/groups'

/** How often something may be done: `points` in `seconds`, multiplied by RATE_LIMIT_FACTOR. */
export interface Budget {
  points: number
  seconds: number
  /** Counted by each task for itself: it guards the task's own work, and is not worth asking Valkey for. */
  perTask?: true
  /**
   * `files`: it holds its turn for long, or has bytes under way; it waits for its like, and nothing else for it.
   * `untimed`: the time that it takes is not counted against its person.
   */
  lane?: 'files' | 'untimed'
}

/**
 * What every route and every request of a socket costs: each names one of these budgets. They are far above what a
 * person does, with several devices and after a deployment, and end what only a script does. Where others are told of
 * it they are smaller, and all tasks count together.
 */
export const BUDGETS = {
  // By person.
  read: { points: 1_200, seconds: 60, perTask: true },
  /** People by name: asked at every key, a moment after it. */
  directory: { points: 180, seconds: 60, perTask: true },
  /** Conversations, and what changed in them: asked after every reconnect, and every 5 s where sockets are blocked. */
  sync: { points: 120, seconds: 60, perTask: true },
  members: { points: 300, seconds: 60, perTask: true },
  page: { points: 600, seconds: 60, perTask: true },
  file: { points: 3_000, seconds: 60, perTask: true, lane: 'files' },
  uploadStep: { points: 1_200, seconds: 60, perTask: true, lane: 'files' },
  account: { points: 60, seconds: 60, perTask: true },
  mySettings: { points: 120, seconds: 60, perTask: true },
  presence: { points: 240, seconds: 60, perTask: true },
  ping: { points: 600, seconds: 60, perTask: true },
  socketOpen: { points: 120, seconds: 60, perTask: true },
  /** By person, and others are told: messages, as many as a bridge or an import needs. */
  send: { points: 3_000, seconds: 60, lane: 'untimed' },
  changeMessage: { points: 120, seconds: 60 },
  markRead: { points: 300, seconds: 60, perTask: true },
  typing: { points: 120, seconds: 60, perTask: true },
  startConversation: { points: 120, seconds: 600 },
  createGroup: { points: 20, seconds: 600 },
  /** People who are put into groups, each a point: three of the largest groups in an hour. */
  addPeople: { points: 3 * MAX_MEMBERS, seconds: 3_600 },
  changeGroup: { points: 30, seconds: 60 },
  /** Roles, rights, removals, bans, requests to join. */
  moderate: { points: 120, seconds: 60 },
  invite: { points: 30, seconds: 600 },
  acceptInvite: { points: 30, seconds: 60 },
  // By address, before there is a person: an office shares one.
  anonymous: { points: 1_200, seconds: 60, perTask: true },
  session: { points: 600, seconds: 60, perTask: true },
  preview: { points: 300, seconds: 60, perTask: true },
  storedPart: { points: 6_000, seconds: 60, perTask: true },
  /** Pages, which are rendered here. */
  pageView: { points: 600, seconds: 60, perTask: true },
  unknown: { points: 600, seconds: 60, perTask: true },
  check: { points: 600, seconds: 60, perTask: true },
  /** Upgrades: everybody of a large office at once, when a deployment has closed their sockets. */
  upgrade: { points: 12_000, seconds: 60, perTask: true },
} as const satisfies Record<string, Budget>

export type BudgetName = keyof typeof BUDGETS
