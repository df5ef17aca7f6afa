import { crowd } from './crowd.mjs'
import { people } from './workspace.mjs'

/** Splits a text into lines, each with its speaker and its words. */
const spoken = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .map((line) => ({ from: line.slice(0, line.indexOf(' ')), text: line.slice(line.indexOf(' ') + 1) }))

const everyone = people.map(({ username }) => username)
const readers = crowd(1_000 - people.length)

/**
 * Three groups, the smallest first. The people who write are among the twenty of the workspace; `readers` is the number
 * of members who only read. The first two groups need twenty more people, so that all registrations fit into the server's
 * limit for one minute. A `large` group is made only on request.
 */
export const groups = [
  {
    key: 'dial',
    name: 'Compass dial',
    description: 'Everything round: needle, ring, letters. Decisions are marked with ✅.',
    owner: 'maya',
    members: ['maya', 'ines', 'tuan', 'elin', 'diego'],
    readers: [],
    roles: { ines: 'admin', elin: 'moderator' },
    lines: spoken(`
      maya Welcome! One place for the dial, so that nobody has to ask three people
      ines I put the two rings into the shared folder: dark grey and "almost black"
      tuan The needle shakes at 12 Hz when the engine idles. Filter or feature?
      maya 😂 filter, please
      diego Almost black on OLED is a black hole. I vote dark grey
      elin Dark grey passes at 4.6, almost black at 9.1. Both are fine in sunlight
      ines Then dark grey ✅
      tuan Bộ lọc mới xong rồi: the shake is gone, the lag is 80 ms
      maya 80 ms is fine for a boat, nobody turns a keel that fast
      elin A dinghy does. I'll try it on Saturday
      diego Can I come along? For science
      elin Bring dry socks. For science
      maya Build 221 has the ring and the filter. Please break it until Friday`),
  },
  {
    key: 'yard',
    name: 'The yard',
    description: 'News of the house, lunch, lost and found. Be kind; sales talk goes elsewhere.',
    owner: 'grace',
    members: everyone,
    readers: readers.slice(0, 20),
    roles: { maya: 'admin', aisha: 'admin', samir: 'moderator', yuki: 'moderator' },
    lines: spoken(`
      grace Good morning, everyone! The new hall is ours from the 1st. Thank you, Petra, for reading 90 pages of lease
      petra 94. I have opinions about page 61
      aisha Desks will be drawn, not chosen. Wishes to me until Wednesday
      tom The workshop stays by the gate. The gate stays open. The cake stays in the workshop
      amara This is how cake is lost
      linh Chào mọi người! Tuần này em ở Đà Nẵng, cần gì cứ nhắn ạ
      kwame Last month in one line: 212 boats, 18,400 hours at sea, 3 tickets about seagulls
      sofia The seagull tickets are real. I have photos
      samir Network maintenance on Sunday from 6 to 7. The door codes work, the printers will not
      jonas The printers never do
      samir I'll allow it
      haruto おはようございます. Line 2 made its thousandth mast unit last night 🎉
      omar Mabrouk! ألف مبروك
      anna Does anybody have a bicycle pump? A real one, not the pressure rig
      tom By the gate, next to the cake
      yuki Night shift report: quiet sea, quiet phone, one thank-you letter. It is on the board
      liwei Lunch tomorrow: dumplings, if ten people help to fold them
      maya I fold badly but with conviction
      grace Count me in. See you at twelve`),
  },
  {
    key: 'harbour',
    large: true,
    name: 'Open harbour',
    description: 'Everyone who sails with our instruments, and everyone who builds them.',
    owner: 'maya',
    members: everyone,
    readers,
    roles: { amara: 'admin', yuki: 'moderator', sofia: 'moderator', linh: 'moderator' },
    settings: { slowModeSeconds: 10 },
    lines: spoken(`
      maya Welcome aboard! A thousand of us: please search before you ask, and answer when you know
      amara Warranty questions go faster by email. Everything else belongs here
      linh Tiếng Việt cũng được nhé, có người trả lời 🙂
      sofia Sea trials of the new mast unit begin in May. I'm looking for five boats between Vigo and Brest
      yuki Nights are mine. If it beeps at 3 in the morning, say so here`),
  },
]
