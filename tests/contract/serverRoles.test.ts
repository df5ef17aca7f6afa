import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AdministratorsModel } from '../../server/models/administrators'
import { UserModel } from '../../server/models/user'
import * as roles from '../../server/repositories/serverRoles'
import { findUser, insertUser, type UserRecord } from '../../server/repositories/users'
import { databases } from './support/databases'

// Of many calls at once, on whichever task, exactly one may win: that is for the database to say.

describe.each(databases)('on $name', (available) => {
  let stop: () => Promise<void>
  let people: string[]

  beforeAll(async () => {
    const server = await available.start()
    stop = server.stop
    await mongoose.connect(server.uri, { dbName: `roles_${new Types.ObjectId().toString()}` })
    await Promise.all([UserModel.createIndexes(), AdministratorsModel.createIndexes()])
  })
  afterAll(async () => {
    if (!available.embedded) await mongoose.connection.dropDatabase()
    await mongoose.disconnect()
    await stop()
  })
  beforeEach(async () => {
    await Promise.all([UserModel.deleteMany({}), AdministratorsModel.deleteMany({})])
    people = []
    for (const name of ['ann', 'bob', 'cid']) {
      const fields = { email: `${name}@example.com`, username: name, displayName: name, passwordHash: 'x' }
      const user = (await insertUser({ ...fields, searchKeys: [name], searchVersion: 1 })) as UserRecord
      people.push(user._id.toString())
    }
  })

  it('one of many claims makes an administrator', async () => {
    const claims = await Promise.all([...people, ...people].map((id) => roles.claimAdministration(id)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect(await roles.findAdministratorIds()).toHaveLength(1)
    expect(await roles.claimAdministration(people[2]!)).toBe(false)
  })

  it('of two administrators who both leave at once, one stays', async () => {
    const [ann, bob] = people as [string, string, string]
    expect([await roles.addAdministrator(ann), await roles.addAdministrator(bob)]).toEqual([true, true])
    expect(await roles.addAdministrator(bob)).toBe(false)
    const left = await Promise.all([ann, bob].map((id) => roles.removeAdministrator(id)))
    expect(left.filter(Boolean)).toHaveLength(1)
    const [last] = await roles.findAdministratorIds()
    expect(last).toBe(left[0] ? bob : ann)
    expect(await roles.removeAdministrator(last!)).toBe(false)
    // Who is none is none afterwards too.
    expect(await roles.removeAdministrator(left[0] ? ann : bob)).toBe(true)
  })

  it('a role changes only from what it was, and not for a suspended person', async () => {
    const [ann] = people as [string]
    const changes = await Promise.all(Array.from({ length: 3 }, () => roles.changeServerRole(ann, null, 'auditor')))
    expect(changes.filter(Boolean)).toHaveLength(1)
    expect(await roles.suspendUser(ann, new Date())).toBe(false)
    expect(await roles.changeServerRole(ann, 'auditor', null)).toBe(true)
    expect((await findUser(ann))?.serverRole).toBeUndefined()
    expect(await roles.suspendUser(ann, new Date())).toBe(true)
    expect(await roles.changeServerRole(ann, null, 'auditor')).toBe(false)
    expect([await roles.restoreUser(ann), await roles.restoreUser(ann)]).toEqual([true, false])
    expect(await roles.changeServerRole(ann, null, 'auditor')).toBe(true)
  })

  it('roles follow the record of administrators after a cut', async () => {
    const [ann, bob, cid] = people as [string, string, string]
    await roles.addAdministrator(ann)
    await roles.changeServerRole(bob, null, 'administrator')
    await roles.changeServerRole(cid, null, 'auditor')
    await roles.alignServerRoles(await roles.findAdministratorIds())
    const found = await Promise.all([ann, bob, cid].map(findUser))
    expect(found.map((user) => user?.serverRole)).toEqual(['administrator', undefined, 'auditor'])
  })
})
