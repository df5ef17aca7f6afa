/** Twenty people of a small company that builds sailing instruments. The first is the one to sign in as. */
export const people = [
  ['maya', 'Maya Lindqvist', 'Product. Mornings are for writing.'],
  ['tuan', 'Nguyễn Minh Tuấn', 'Firmware, Đà Nẵng'],
  ['ines', 'Inês Carvalho', 'Design'],
  ['jonas', 'Jonas Weber', 'Backend, on call this week'],
  ['amara', 'Amara Okafor', 'Customer care'],
  ['liwei', 'Lí Wei 李维', 'Hardware'],
  ['sofia', 'Sofía Romero', 'Field tests'],
  ['haruto', 'Haruto Sato 佐藤陽翔', 'Manufacturing'],
  ['linh', 'Trần Thùy Linh', 'Người viết tài liệu'],
  ['omar', 'عمر حداد Omar Haddad', 'Sales, Middle East'],
  ['petra', 'Petra Nováková', 'Finance'],
  ['kwame', 'Kwame Mensah', 'Data'],
  ['elin', 'Elin Sjöberg', 'QA'],
  ['diego', 'Diego Fernández', 'Frontend'],
  ['aisha', 'Aisha Rahman', 'People and culture'],
  ['tom', 'Tom O’Brien', 'Workshop'],
  ['yuki', 'Yuki Tanaka', 'Support, nights'],
  ['anna', 'Anna Kowalska', 'Research'],
  ['samir', 'Samir Patel', 'Infrastructure'],
  ['grace', 'Grace Kim', 'Founder'],
].map(([username, displayName, about]) => ({ username, displayName, about, email: `${username}@example.com` }))

/** Splits a text into lines, each with its speaker: 0 is the first of the pair, 1 the other. */
const spoken = (text) =>
  text
    .trim()
    .split('\n')
    .map((line) => ({ from: Number(line.trim()[0]), text: line.trim().slice(2).replaceAll('\\n', '\n') }))

export const talks = [
  {
    between: ['maya', 'ines'],
    lines: spoken(`
      0 Morning! Did the new compass rose survive the night?
      1 It did, and it grew. I took the degree labels out below 400 px
      1 They were confetti anyway
      0 😂 agreed
      0 Can I see it on a real phone before the call?
      1 Sure, build 214 has it. https://builds.example.com/214
      0 Installed. The needle is lovely. One thing: in sunlight the grey ring disappears
      1 Noted. I'll try a darker one, the contrast was 3.1 and it wants 4.5
      0 Thank you! Shall we show it on Thursday?
      1 Yes. I'll bring two versions`),
  },
  {
    between: ['maya', 'tuan'],
    lines: spoken(`
      0 Hi Tuấn, how is the GPS drift looking?
      1 Chào Maya! Found it: the filter started before the first fix, so the first minute averaged in a point in the sea near Ghana
      0 0,0 strikes again
      1 Always Null Island 🏝️
      1 Fix is in review. Field test with Sofía tomorrow at 7
      0 Perfect. Is there anything you need from me?
      1 Only a decision: do we throw away the first ten seconds or mark them as rough?
      0 Mark them. People hate gaps more than they hate wobbles
      1 Được, làm vậy nhé 👍`),
  },
  {
    between: ['maya', 'jonas'],
    lines: spoken(`
      1 Heads-up: we had 40 s of slow syncs at 03:12, nobody lost anything
      0 What was it?
      1 A backup and a migration met in a dark alley. I moved the backup to 05:00
      0 Did anyone notice?
      1 Two boats in Auckland. Amara has written to them
      0 Thanks for telling me before I found out 🙏
      1 The write-up:\\n\\n1. what happened\\n2. why the alarm took six minutes\\n3. what we change\\n\\nComing this afternoon`),
  },
  {
    between: ['maya', 'amara'],
    lines: spoken(`
      1 A skipper from Brest sent us a cake. An actual cake
      0 For the warranty case?
      1 For the warranty case
      0 Is there any left?
      1 There was. Tom found it`),
  },
  {
    between: ['maya', 'linh'],
    lines: spoken(`
      1 Chị Maya ơi, bản hướng dẫn tiếng Việt xong rồi ạ
      0 Wow, so fast! Can Tuấn read it once?
      1 Dạ được, em gửi anh ấy chiều nay
      0 Cảm ơn em! Which page was the hardest?
      1 Calibration. "Swing the compass" không dịch thẳng được 😅`),
  },
  {
    between: ['maya', 'grace'],
    lines: spoken(`
      1 Board on the 12th. Three slides from you?
      0 Three slides, or three slides and an appendix of nineteen?
      1 Three.
      0 Three it is
      1 ❤️`),
  },
  {
    between: ['tuan', 'sofia'],
    lines: spoken(`
      0 7:00 at pier 4?
      1 7:00. Bring the old unit too, I want both on the same mast
      0 OK. Rain gear?
      1 It's Galicia. Always rain gear`),
  },
  {
    between: ['maya', 'omar'],
    lines: spoken(`
      1 صباح الخير مايا! The Dubai club wants twelve units by March
      0 That's wonderful news, Omar!
      1 They ask for Arabic on the display. هل هذا ممكن؟
      0 Inês has the right-to-left layouts drawn already. Let me ask when
      1 شكراً جزيلاً`),
  },
  {
    between: ['diego', 'ines'],
    lines: spoken(`
      0 Your mock-up says 17 px and the token says 16
      1 The token is right, I am ashamed
      0 Frame it and hang it over my desk`),
  },
  {
    between: ['maya', 'elin'],
    lines: spoken(`
      1 Regression run is green except one: time zones on Lord Howe Island
      0 The half-hour daylight saving one?
      1 The very one. I love that island and I hate it`),
  },
]

const OPENERS = [
  'Quick one:',
  'By the way,',
  'Heads-up:',
  'Good news:',
  'Hmm,',
  'Small thing:',
  'For the record,',
  'After lunch:',
  '',
]
const SUBJECTS = [
  'the depth sensor',
  'build 2{n}',
  'the wind graph',
  'the mast unit',
  'the sync queue',
  'the tide table',
  'the Auckland fleet',
  'the bench test',
  'the charging dock',
  'the log export',
  'máy đo gió',
  'the new enclosure',
]
const VERBS = [
  'behaves again',
  'needs one more look',
  'passed the night run',
  'reads 0.{n} too high',
  'is ready for review',
  'stopped at sample {n}',
  'looks much better in the sun',
  'drew {n} mA at idle',
  'came back from the workshop',
  'is the last one on my list',
]
const ANSWERS = [
  'Nice!',
  'On it.',
  'Let me look.',
  'Can you send the trace?',
  'Agreed.',
  'Same here since {n}.',
  'I would not have guessed.',
  'Great, thanks!',
  'Tomorrow, first thing?',
  'Then we ship it 🚢',
  'Cảm ơn!',
  'Hold on, measuring…',
  'That makes {n} today 😅',
  'Written down: https://notes.example.com/{n}',
  'OK',
]

/** A year of messages between two engineers. Each run makes the same lines. */
function year(count) {
  let state = 20_251
  const random = (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * limit)
  }
  const pick = (list) => list[random(list.length)].replaceAll('{n}', String(random(90) + 10))
  return Array.from({ length: count }, () => {
    const from = random(2)
    if (random(3) === 0) return { from, text: pick(ANSWERS) }
    const sentence = `${pick(OPENERS)} ${pick(SUBJECTS)} ${pick(VERBS)}.`.trim()
    const text = random(9) === 0 ? `${sentence}\n${pick(ANSWERS)} ${pick(SUBJECTS)} ${pick(VERBS)}.` : sentence
    return { from, text: text[0].toUpperCase() + text.slice(1) }
  })
}

/** A long history. Its first lines do not depend on its length. */
export const longTalk = (count) => ({ between: ['maya', 'sofia'], lines: year(count) })
