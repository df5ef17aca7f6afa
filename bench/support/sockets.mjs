import { WebSocket } from 'ws'

let requests = 0

/**
 * Opens a person's socket and waits for its greeting. It parses as few frames as possible, so that the bench does not
 * measure itself.
 * @param onMessage is called with the text of every `message.created`
 */
export function openSocket(person, onMessage = () => {}) {
  const ws = new WebSocket(`${person.url.replace('http', 'ws')}/ws`, {
    headers: { cookie: person.cookie },
    perMessageDeflate: false,
  })
  const answers = new Map()
  const socket = {
    ws,
    /** Sends a message. Resolves when it is acknowledged. */
    send(conversationId, text) {
      const id = ++requests
      return new Promise((resolve, reject) => {
        answers.set(id, { resolve, reject })
        const data = { conversationId, clientId: `bench-${process.pid}-${id}`, text }
        ws.send(JSON.stringify({ id, type: 'message.send', data }))
      })
    },
    /** Asks for nothing. Resolves with the answer. */
    ping() {
      const id = ++requests
      return new Promise((resolve, reject) => {
        answers.set(id, { resolve, reject })
        ws.send(JSON.stringify({ id, type: 'ping', data: {} }))
      })
    },
    close() {
      ws.terminate()
    },
  }
  return new Promise((resolve, reject) => {
    ws.once('error', reject)
    ws.on('message', (data) => {
      const frame = data.toString()
      if (frame.startsWith('{"type":"message.created"')) onMessage(frame)
      else if (frame.startsWith('{"id":')) {
        const answer = JSON.parse(frame)
        const { resolve: done, reject: fail } = answers.get(answer.id)
        answers.delete(answer.id)
        if (answer.ok) done()
        else fail(new Error(answer.error.message))
      } else if (frame.startsWith('{"type":"hello"')) resolve(socket)
    })
  })
}

/** Opens a number of sockets, a few at a time. The people take turns. */
export async function openMany(people, number, onMessage) {
  const sockets = []
  while (sockets.length < number) {
    const batch = Array.from({ length: Math.min(50, number - sockets.length) }, (_, index) =>
      openSocket(people[(sockets.length + index) % people.length], onMessage),
    )
    sockets.push(...(await Promise.all(batch)))
  }
  return sockets
}

/** A text with the time at which it was sent, padded to the length of an ordinary message. */
export const stampedText = () => `@${performance.now().toFixed(3)}@ ${'lorem ipsum '.repeat(8)}`

/** The milliseconds since the text in a frame was sent. */
export function ageOf(frame) {
  const start = frame.indexOf('@') + 1
  return performance.now() - Number(frame.slice(start, frame.indexOf('@', start)))
}
