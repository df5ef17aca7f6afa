import { Hub } from './hub'
import { Presence } from './presence'

type DepartureListener = (userId: string, at: Date) => void

let departed: DepartureListener = () => {}

/** Who is online, on this task. */
export const presence = new Presence((userId, at) => departed(userId, at))

/** The connections of this task. */
export const hub = new Hub((userId, online) => (online ? presence.arrived(userId) : presence.left(userId)))

/** Says what is to happen when a person has gone: remembering the time is above this folder. */
export function onDeparture(listener: DepartureListener): void {
  departed = listener
}
