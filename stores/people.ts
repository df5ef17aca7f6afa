import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { User } from '#shared/schemas/account'
import { asApiError } from '~/client/http/apiError'
import { useTab } from './tab'

const SAVE_DELAY_MS = 1_000
/** Milliseconds to wait: others may be missed too, or come with another answer. */
const ASK_DELAY_MS = 100
/** Requests for single people under way at a time. */
const MAX_CONCURRENT = 4

/** The people whom this browser knows, me included. */
export const usePeopleStore = defineStore('people', () => {
  const tab = useTab()
  const byId = shallowReactive<Record<string, User>>({})
  const asked = new Map<string, Promise<void>>()
  /** People who were asked for and do not exist. */
  const missing = shallowReactive(new Set<string>())
  /** Requests under way whose answers may have people who are missing. */
  const expected = new Set<Promise<unknown>>()
  const lanes = Array.from({ length: MAX_CONCURRENT }, () => Promise.resolve())
  let nextLane = 0
  let due: Promise<void> | null = null
  const unsaved = new Set<string>()
  let cancelSaving: (() => void) | null = null
  /** Grows when another person takes over this tab. */
  let turn = 0

  function remember(users: (User | null | undefined)[]): void {
    for (const user of users) {
      const known = user && byId[user.id]
      if (!user || (known && isSame(known, user))) continue
      byId[user.id] = user
      unsaved.add(user.id)
    }
    if (unsaved.size > 0) cancelSaving ??= tab.client().environment.after(SAVE_DELAY_MS, save)
  }

  /** People by the start of a name or username. @throws ApiError */
  async function search(q: string): Promise<User[]> {
    const users = await tab.client().users.search(q)
    remember(users)
    return users
  }

  /**
   * Fetches people who are not known yet, each once, a few at a time. People of a list on its way are not asked for.
   * People who do not exist, or cannot be fetched now, are left out silently.
   */
  async function ensure(ids: string[]): Promise<void> {
    await Promise.all(ids.filter((id) => !byId[id]).map(fetchOnce))
  }

  function fetchOnce(id: string): Promise<void> {
    const running = asked.get(id)
    if (running) return running
    const request = whenDue().then(() => {
      const lane = nextLane++ % MAX_CONCURRENT
      return (lanes[lane] = lanes[lane]!.then(() => (byId[id] ? undefined : fetchOne(id))))
    })
    asked.set(id, request)
    return request
  }

  async function fetchOne(id: string): Promise<void> {
    try {
      remember([await tab.client().users.get(id)])
    } catch (thrown) {
      if (asApiError(thrown).code === 'NOT_FOUND') missing.add(id)
      else asked.delete(id)
    }
  }

  function whenDue(): Promise<void> {
    due ??= new Promise<void>((resolve) => tab.client().environment.after(ASK_DELAY_MS, resolve)).then(async () => {
      due = null
      await Promise.allSettled(expected)
    })
    return due
  }

  /** Notes a request under way whose answer may have people. */
  function expect(answer: Promise<unknown>): void {
    expected.add(answer)
    void Promise.allSettled([answer]).then(() => expected.delete(answer))
  }

  /** Shows the cached people, until something newer is received. */
  function loadCached(): void {
    const now = turn
    expect(
      tab
        .client()
        .cache.people()
        .then((kept) => {
          if (now === turn) for (const user of kept) byId[user.id] ??= user
        }),
    )
  }

  function save(): void {
    cancelSaving?.()
    cancelSaving = null
    const users = [...unsaved].flatMap((id) => byId[id] ?? [])
    unsaved.clear()
    if (users.length > 0) void tab.client().cache.savePeople(users)
  }

  function clear(): void {
    turn++
    for (const id of Object.keys(byId)) delete byId[id]
    asked.clear()
    missing.clear()
    expected.clear()
    unsaved.clear()
    cancelSaving?.()
    cancelSaving = null
  }

  return { byId, missing, remember, search, ensure, expect, loadCached, save, clear }
})

function isSame(one: User, other: User): boolean {
  return (Object.keys(other) as (keyof User)[]).every((key) => one[key] === other[key])
}
