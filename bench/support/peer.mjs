import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { WebSocket } from 'ws'
import { startProcess } from './server.mjs'

const FOLDER = resolve(import.meta.dirname, '../peers')
const STORE = resolve(import.meta.dirname, '../../.output/server/index.mjs')

export const isPeerInstalled = existsSync(join(FOLDER, 'node_modules'))

/** Starts the peer of bench/peers with an empty database: in the same store as WebChat's, or on the server of MONGODB_URI. */
export async function startPeer() {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-peer-'))
  const environment = {
    DATA_DIR: folder,
    PEER_STORE: STORE,
    ...(process.env.MONGODB_URI && { MONGODB_URI: databaseOf('peer') }),
  }
  const server = await startProcess([join(FOLDER, 'server.mjs')], environment, /listening (\d+)/)
  return {
    ...server,
    async dispose() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The address of a separate database on the server of MONGODB_URI. */
export function databaseOf(name) {
  const address = new URL(process.env.MONGODB_URI)
  address.pathname = `/bench-${name}-${process.pid}-${Date.now()}`
  return address.href
}

/**
 * Makes people and conversations on the peer, and opens one socket for each person. It speaks the peer's protocol without
 * a client library.
 * @param groups the members of each conversation, as numbers of people
 */
export async function openPeer(url, people, groups) {
  const response = await fetch(`${url}/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ people, groups }),
  })
  if (!response.ok) throw new Error(`The peer answers ${response.status}: ${await response.text()}`)
  const { userIds, conversationIds } = await response.json()
  const sockets = []
  for (const userId of userIds) sockets.push(await open(url, userId))
  return { sockets, conversationIds }
}

function open(url, userId) {
  const ws = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    perMessageDeflate: false,
  })
  const answers = new Map()
  let count = 0
  const socket = {
    send(conversationId, text) {
      const id = ++count
      const data = { conversationId, clientId: `bench-${userId}-${id}`, text }
      return new Promise((done) => {
        answers.set(id, done)
        ws.send(`42${id}${JSON.stringify(['message.send', data])}`)
      })
    },
    close: () => ws.terminate(),
  }
  return new Promise((resolve, reject) => {
    ws.once('error', reject)
    ws.on('message', (data) => {
      const packet = data.toString()
      if (packet.startsWith('43')) {
        const id = parseInt(packet.slice(2), 10)
        answers.get(id)?.()
        answers.delete(id)
      } else if (packet.startsWith('42["hello"')) resolve(socket)
      else if (packet.startsWith('42["exception"')) reject(new Error(packet))
      else if (packet.startsWith('0')) ws.send(`40${JSON.stringify({ userId })}`)
      else if (packet === '2') ws.send('3')
    })
  })
}
