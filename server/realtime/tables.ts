import { randomUUID } from 'node:crypto'
import { valkey } from '../valkey'
import { channel } from './channel'
import { Hub } from './hub'
import { noLeases, valkeyLeases } from './leases'
import { Presence } from './presence'
import { Screens } from './screens'

type DepartureListener = (userId: string, at: Date) => Promise<void>

/** The name of this task among those that share a Valkey. */
const task = randomUUID()

let departureListener: DepartureListener = async () => {}

/** Who is online on this task, and, for people who are watched here, on the others. */
export const presence = new Presence({
  leases: valkey ? valkeyLeases(valkey, task) : noLeases,
  announce: (message) => void channel.publish(message),
  onDeparture: (userId, at) => departureListener(userId, at),
})

/** What is on screen on the pages of people. */
export const screens = new Screens(valkey, task)

/** The connections of this task. */
export const hub = new Hub((userId, online) => {
  if (online) presence.arrived(userId)
  else presence.left(userId)
})

/** Sets what happens when a person goes offline everywhere. Storing the time belongs to services, above this folder. */
export function onDeparture(listener: DepartureListener): void {
  departureListener = listener
}
