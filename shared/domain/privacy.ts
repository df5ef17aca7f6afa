/** What a person has set of who may do what with their account. */
export interface Privacy {
  /** Who finds them by a search: everybody, people of their groups, or only who types the whole username. */
  find: 'everybody' | 'groups' | 'username'
  /** Who may write to them first. A conversation that has begun goes on. */
  write: 'everybody' | 'groups' | 'nobody'
  /** Who may add them to groups. Others can send them an invite link. */
  add: 'everybody' | 'contacts' | 'nobody'
  /** Who sees when they are online and were last seen. */
  lastSeen: 'everybody' | 'contacts' | 'nobody'
  /** Who sees what they have read. */
  reads: 'everybody' | 'contacts' | 'nobody'
}

export const DEFAULT_PRIVACY: Readonly<Privacy> = {
  find: 'everybody',
  write: 'everybody',
  add: 'everybody',
  lastSeen: 'everybody',
  reads: 'everybody',
}

/** What connects a person to another one. */
export interface Ties {
  /** Both are in one group. */
  sharesGroup: boolean
  /** The person has written to the other one in their direct conversation, so the other one is their contact. */
  isContact: boolean
}

/** Whether somebody finds a person by what they type. @param isUsername they have typed the person's whole username */
export function canFind({ find }: Privacy, { sharesGroup }: Pick<Ties, 'sharesGroup'>, isUsername: boolean): boolean {
  return isUsername || find === 'everybody' || (find === 'groups' && sharesGroup)
}

/** Whether somebody may write to a person first. */
export function canWriteFirst({ write }: Privacy, { sharesGroup }: Pick<Ties, 'sharesGroup'>): boolean {
  return write === 'everybody' || (write === 'groups' && sharesGroup)
}

/** Whether somebody may add a person to a group. */
export function canAddToGroup({ add }: Privacy, { isContact }: Pick<Ties, 'isContact'>): boolean {
  return shows(add, isContact)
}

/** A person's audience, and whether the other one is their contact. */
export interface Side {
  audience: Privacy['lastSeen']
  isContact: boolean
}

/** Whether two people see each other's presence, or what the other one has read. Who hides theirs does not see it either. */
export function canSeeEachOther(one: Side, other: Side): boolean {
  return shows(one.audience, one.isContact) && shows(other.audience, other.isContact)
}

function shows(audience: Privacy['lastSeen'], isContact: boolean): boolean {
  return audience === 'everybody' || (audience === 'contacts' && isContact)
}
