/**
 * The roles of people on the server as a whole. They say nothing about groups: somebody with a server role reads and
 * changes there only what their membership allows.
 */
export const SERVER_ROLES = ['administrator', 'auditor'] as const
export type ServerRole = (typeof SERVER_ROLES)[number]

/** What a server role can allow: to look at people, groups, settings and the audit, or to change them. */
export const SERVER_RIGHTS = ['view', 'manage'] as const
export type ServerRight = (typeof SERVER_RIGHTS)[number]

const RIGHTS_OF: Readonly<Record<ServerRole, readonly ServerRight[]>> = {
  administrator: ['view', 'manage'],
  auditor: ['view'],
}

/** Somebody's standing on the server, as rules need it. */
export interface ServerStanding {
  serverRole?: ServerRole | null
  /** When the account was suspended. Absent or null: it is not. */
  suspendedAt?: Date | null
}

/** Whether somebody has this right on the server. A suspended person has none. */
export function canOnServer({ serverRole, suspendedAt }: ServerStanding, right: ServerRight): boolean {
  return !suspendedAt && !!serverRole && RIGHTS_OF[serverRole].includes(right)
}
