import { gather } from './crowd.mjs'

/**
 * Makes a group with its roles, its messages and an invite link. If the group exists, it adds what is missing.
 * @param clients the people who can write, by username
 */
export async function makeGroup(
  url,
  clients,
  password,
  { key, name, description, owner, members, readers, roles, settings, lines },
) {
  const leader = clients.get(owner)
  const { conversations } = await leader.get('/api/conversations')
  const found = conversations.find((one) => one.kind === 'group' && one.name === name && one.ownerId === leader.user.id)
  const conversation = found ?? (await create())
  const path = `/api/conversations/${conversation.id}`

  async function create() {
    const speakers = members.filter((username) => username !== owner).map((username) => clients.get(username).user.id)
    const memberIds = [...speakers, ...(await gather(url, leader, readers, password))]
    return (await leader.post('/api/conversations', { kind: 'group', name, description, memberIds })).conversation
  }

  const there = (await leader.get(`${path}/members`)).members
  for (const [username, role] of Object.entries(roles)) {
    const member = there.find(({ user }) => user.username === username)
    if (member && member.role !== role) await leader.patch(`${path}/members/${member.user.id}`, { role })
  }
  // Slow mode begins when all messages are sent. Otherwise they would have to wait for it.
  if (!(await hasAll())) {
    for (const [index, { from, text }] of lines.entries()) {
      await clients.get(from).post(`${path}/messages`, { clientId: `seed-${key}-${index}`, text })
    }
  }
  const pending = Object.entries(settings ?? {}).filter(([name, value]) => conversation.settings[name] !== value)
  if (pending.length > 0) await leader.patch(path, { settings: Object.fromEntries(pending) })
  const { invites } = await leader.get(`${path}/invites`)
  if (invites.length === 0) await leader.post(`${path}/invites`, {})
  return conversation

  async function hasAll() {
    const { messages } = await leader.get(`${path}/messages?limit=100`)
    return messages.filter(({ kind }) => kind === 'text').length >= lines.length
  }
}
