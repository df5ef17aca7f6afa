import { createClient } from '@redis/client'
import { register } from '../support/people.mjs'
import { openSocket } from '../support/sockets.mjs'

/** Measures the CPU microseconds that a task spends on another task's message that none of its own people gets. */
export async function bystander(server, valkeyUrl, { messages }) {
  const person = await register(server.url)
  let arrived
  const last = new Promise((resolve) => (arrived = resolve))
  const socket = await openSocket(person, arrived)
  const client = createClient({ url: valkeyUrl })
  await client.connect()
  const publish = (number, to) => {
    const head = {
      task: 'another task',
      number,
      message: { kind: 'event', to, step: { conversationId: 'elsewhere', rev: number } },
    }
    return client.publish('webchat', `${JSON.stringify(head)}\n{"type":"message.created","data":"${'x'.repeat(600)}"}`)
  }
  const before = await server.cpu()
  for (let number = 1; number <= messages;) {
    const batch = Array.from({ length: 1_000 }, () => publish(number++, { conversationId: 'elsewhere' }))
    await Promise.all(batch)
  }
  await publish(messages + 1, { userIds: [person.user.id] })
  await last
  const cpu = (await server.cpu()) - before
  socket.close()
  client.destroy()
  return { cpu: (cpu * 1e6) / messages }
}
