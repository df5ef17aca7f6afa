import { registerMany } from '../support/people.mjs'
import { pause } from '../support/numbers.mjs'
import { openMany } from '../support/sockets.mjs'

/** Measures the kilobytes of memory of an idle connection: the growth by further connections, after the first 200. */
export async function memory(server, { sockets: number }) {
  const people = await registerMany(server.url, 50)
  const first = await openMany(people, 200)
  await pause(2_000)
  const before = await server.memory()
  const rest = await openMany(people, number)
  await pause(2_000)
  const perConnection = ((await server.memory()) - before) / number / 1024
  for (const socket of [...first, ...rest]) socket.close()
  return { perConnection }
}
