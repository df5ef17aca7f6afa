import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { MongoClient } from 'mongodb'
import { expect, it, onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { mendLostWrites } from '../../server/repositories/lostWrites'
import { temporaryFolder } from '../support/folder'

mendLostWrites()

const sockets = new Set<Socket>()
subscribe('net.client.socket', (message) => sockets.add((message as { socket: Socket }).socket))

/** A client of a database of its own, whose sockets end the next `times` times that a command is about to be written. */
async function clientThatLoses(times: number) {
  const store = await serveStore({ folder: `${await temporaryFolder()}/database` })
  const client = new MongoClient(store.uri)
  onTestFinished(() => Promise.all([client.close(), store.close()]).then(() => {}))
  const people = client.db('test').collection<{ _id: string }>('people')
  await people.insertOne({ _id: 'ann' })
  client.on('connectionCheckedOut', () => {
    if (times-- > 0) for (const socket of sockets) socket.destroy()
  })
  return people
}

it('reads again when the connection ends as the command is written', async () => {
  const people = await clientThatLoses(1)
  expect(await people.findOne({ _id: 'ann' })).toEqual({ _id: 'ann' })
})

it('writes once when the connection ends as the command is written', async () => {
  const people = await clientThatLoses(1)
  const write = people.insertOne({ _id: 'bob' }).then(
    () => 'written',
    (error: Error) => error.name,
  )
  expect(['written', 'MongoNetworkError']).toContain(await write)
})

it('fails when each connection ends', async () => {
  const people = await clientThatLoses(Infinity)
  await expect(people.findOne({ _id: 'ann' })).rejects.toThrow(/closed/)
})
