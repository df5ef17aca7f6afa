import { register } from './client.mjs'

const FIRST =
  `Ana Björn Chloé Dmitri Emre Fatima Gustav Hương Ivo Jasmine Kofi Lucía Mateo Nadia Oskar Priya Quân Renée Stefan
Thảo Ulrike Viktor Wanjiru Ximena Yusuf Zuzana Anders Beatriz Cường Dalia Enzo Freja Giorgos Hana Ilya Joana Khanh Leila
Marek Noor`.split(/\s+/)
const LAST =
  `Adeyemi Bauer Costa Đặng Eriksson Ferrari García Hansen Ibrahim Jansen Kaya López Müller Nguyễn Olsen Papadakis
Quinn Rossi Santos Takahashi Ueda Vargas Walsh Xu Yılmaz Zając Andersen Bùi Chen Dubois Evans Fischer Gupta Horváth Ivanov
Johansson Kim Lê Moreau Novák`.split(/\s+/)

const PLAIN = { đ: 'd', ı: 'i', ø: 'o', ł: 'l', ß: 'ss' }
const plain = (name) =>
  name
    .toLowerCase()
    .replace(/[đıøłß]/g, (letter) => PLAIN[letter])
    .normalize('NFD')
    .replace(/\p{M}/gu, '')

/** People who only read, with different names. Each run makes the same ones. */
export function crowd(count) {
  if (count > FIRST.length * LAST.length) throw new Error('There are not as many names.')
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / FIRST.length)
    const first = FIRST[index % FIRST.length]
    const last = LAST[(index * 7 + round) % LAST.length]
    const username = `${plain(first)}.${plain(last)}`
    return { username, displayName: `${first} ${last}`, email: `${username}@example.com` }
  })
}

const AT_ONCE = 4

/** Finds people, and registers those who do not exist, a few at a time. Resolves with their ids. */
export async function gather(url, finder, people, password) {
  const ids = Array.from({ length: people.length })
  let next = 0
  let done = 0
  async function work() {
    while (next < people.length) {
      const index = next++
      ids[index] = (await find(finder, people[index].username)) ?? (await register(url, { ...people[index], password }))
      if (++done % 50 === 0) console.log(`  ${done} of ${people.length} people`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return ids
}

async function find(finder, username) {
  const { users } = await finder.get(`/api/users?q=${encodeURIComponent(username)}`)
  return users.find((user) => user.username === username)?.id
}
