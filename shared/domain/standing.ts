import type { Standing } from './permissions'

/** A member as the server stores them (`until` is a date), or as it presents them (`until` is an ISO time). */
interface Member extends Omit<Standing, 'until'> {
  until: Date | string | null
}

/** A member in the form that the permission rules take. Times are in milliseconds. */
export function standingOf({ role, allow, deny, until, block }: Member): Standing {
  return { role, allow, deny, until: until ? new Date(until).getTime() : null, ...(block && { block }) }
}
