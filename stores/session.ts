import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { ERROR_STATUS } from '#shared/errors'
import type { LoginInput, ProfileInput, RegisterInput, Session, User } from '#shared/schemas/account'
import { asApiError } from '~/client/http/apiError'
import type { Channel } from '~/client/environment'
import { useTab } from './tab'

/** The key under which the signed-in user is stored, so that the app can open without the network. */
const LAST_USER = 'webchat.user'
const CHANNEL = 'webchat-session'
export type SessionStatus = 'unknown' | 'in' | 'out'
type News =
  | { kind: 'in'; userId: string }
  | { kind: 'leaving'; userId: string; leaving: boolean }
  | { kind: 'out'; userId: string; byChoice: boolean }

/** Who is signed in in this browser. It is the same in all tabs. */
export const useSessionStore = defineStore('session', () => {
  const tab = useTab()
  const me = shallowRef<User | null>(null)
  const status = ref<SessionStatus>('unknown')
  /**
   * Whether the person has signed out, or is about to, in any tab. It is false if the session only has to be renewed.
   */
  const leftByChoice = ref(false)
  let channel: Channel | null = null
  let verifying: Promise<void> | null = null

  /** Connects to the other tabs and to the end of the session. It runs at the first use, because it needs a browser. */
  function listen(): void {
    if (channel) return
    const client = tab.client()
    client.api.onSessionEnded = () => void leave({ keepOutbox: !leftByChoice.value })
    channel = client.environment.openChannel(CHANNEL)
    channel.listen((message) => {
      const news = message as News
      if (news.kind === 'leaving' && news.userId === me.value?.id) leftByChoice.value = news.leaving
      if (news.kind === 'out' && news.userId === me.value?.id) drop(news.byChoice)
      if (news.kind === 'in' && news.userId !== me.value?.id) void verify()
    })
  }

  /**
   * Finds out who is signed in: first from the storage of this browser, then from the server. If the storage knows
   * somebody, the server is asked in the background. Never throws: without an answer that person stays signed in, and
   * without such a person the status stays unknown.
   */
  async function load(): Promise<void> {
    listen()
    if (status.value === 'in') return
    const client = tab.client()
    const lastUser = client.environment.storage.get(LAST_USER)
    if (lastUser) {
      client.open(lastUser)
      const kept = await client.cache.me(lastUser)
      if (kept && status.value === 'unknown') enter(kept)
    }
    const verified = verify()
    // `enter` may have changed it meanwhile, which the compiler does not see.
    if ((status.value as SessionStatus) !== 'in') await verified
  }

  /** Asks the server who is signed in, and applies the answer. */
  function verify(): Promise<void> {
    verifying ??= check().finally(() => (verifying = null))
    return verifying
  }

  async function check(): Promise<void> {
    try {
      const user = await tab.client().accounts.me()
      if (me.value && me.value.id !== user.id) await forget(me.value.id)
      enter(user)
    } catch (thrown) {
      const { code, status: answered } = asApiError(thrown)
      // A server that cannot be reached, fails, or is too busy has not said that nobody is signed in.
      const saysNothing = answered === 0 || answered === ERROR_STATUS.RATE_LIMITED || answered >= 500
      if (code === 'UNAUTHENTICATED' || (status.value === 'unknown' && !saysNothing)) drop(leftByChoice.value)
    }
  }

  /** @throws ApiError: UNAUTHENTICATED for a wrong name or password, INVALID, RATE_LIMITED, OFFLINE */
  async function login(input: LoginInput): Promise<void> {
    await arrive(await tab.client().accounts.login(input))
  }

  /** @throws ApiError: INVALID with issues, CONFLICT for a taken name, RATE_LIMITED, OFFLINE */
  async function register(input: RegisterInput): Promise<void> {
    await arrive(await tab.client().accounts.register(input))
  }

  /**
   * Finishes signing in with the code of a second factor.
   * @throws ApiError: UNAUTHENTICATED when it took too long, INVALID for a wrong code, RATE_LIMITED, OFFLINE
   */
  async function loginWithCode(code: string): Promise<void> {
    await arrive(await tab.client().accounts.loginWithCode(code))
  }

  /**
   * Signs out this browser, all its tabs, and removes what it kept.
   * @throws ApiError when the server cannot be reached
   */
  async function logout(): Promise<void> {
    // It is said first, because tabs may be notified of the end before the answer is here.
    sayLeaving(true)
    try {
      await tab.client().accounts.logout()
    } catch (thrown) {
      if (status.value === 'in') {
        sayLeaving(false)
        throw thrown
      }
    }
    await leave({ keepOutbox: false })
  }

  function sayLeaving(leaving: boolean): void {
    leftByChoice.value = leaving
    if (me.value) channel?.post({ kind: 'leaving', userId: me.value.id, leaving } satisfies News)
  }

  async function arrive(user: User): Promise<void> {
    listen()
    const { environment } = tab.client()
    const before = environment.storage.get(LAST_USER)
    if (before && before !== user.id) await forget(before)
    enter(user)
    channel?.post({ kind: 'in', userId: user.id } satisfies News)
  }

  function enter(user: User): void {
    const client = tab.client()
    client.open(user.id)
    client.environment.storage.set(LAST_USER, user.id)
    void client.cache.saveMe(user)
    if (status.value !== 'in') leftByChoice.value = false
    me.value = user
    status.value = 'in'
  }

  /** Ends the session in all tabs. If the server ended it, unsent messages stay until the same person is back. */
  async function leave({ keepOutbox }: { keepOutbox: boolean }): Promise<void> {
    const userId = me.value?.id ?? tab.client().environment.storage.get(LAST_USER)
    drop(!keepOutbox)
    if (!userId) return
    channel?.post({ kind: 'out', userId, byChoice: !keepOutbox } satisfies News)
    if (keepOutbox) await tab.client().cache.wipeShown(userId)
    else await forget(userId)
  }

  /**
   * A page that the server rendered says that nobody is signed in. Everything that was shown is removed, also if the
   * session was ended elsewhere while no page was open. Unsent messages stay until the same person is back.
   */
  async function wipeLeft(): Promise<void> {
    const { environment, cache } = tab.client()
    const lastUser = environment.storage.get(LAST_USER)
    if (lastUser && status.value !== 'in') await cache.wipeShown(lastUser)
  }

  async function forget(userId: string): Promise<void> {
    const client = tab.client()
    if (client.environment.storage.get(LAST_USER) === userId) client.environment.storage.remove(LAST_USER)
    await client.forget(userId)
  }

  function drop(byChoice = false): void {
    leftByChoice.value = byChoice
    me.value = null
    status.value = 'out'
    tab.client().close()
  }

  /** @throws ApiError */
  async function updateProfile(patch: ProfileInput): Promise<void> {
    enter(await tab.client().accounts.updateProfile(patch))
  }

  /**
   * Sets my picture, which is cropped already.
   * @throws ApiError: INVALID for what is not a picture, TOO_LARGE, OFFLINE
   */
  async function setAvatar(picture: Blob): Promise<void> {
    await updateProfile({ avatarUploadId: await tab.client().sendAvatar(picture, null) })
  }

  /** @throws ApiError */
  async function removeAvatar(): Promise<void> {
    await updateProfile({ avatarUploadId: null })
  }

  /** Takes another username. @throws ApiError: INVALID for a wrong password, CONFLICT for a name that is taken */
  async function changeUsername(username: string, password: string): Promise<void> {
    enter(await tab.client().accounts.changeUsername(username, password))
  }

  /** Changes the password. All other sessions end. @throws ApiError */
  async function changePassword(current: string, next: string): Promise<void> {
    await tab.client().accounts.changePassword(current, next)
  }

  /** @throws ApiError */
  function listSessions(): Promise<Session[]> {
    return tab.client().accounts.sessions()
  }

  /** @throws ApiError */
  async function endSession(id: string): Promise<void> {
    await tab.client().accounts.endSession(id)
  }

  return {
    me,
    status,
    leftByChoice,
    load,
    wipeLeft,
    verify,
    login,
    register,
    loginWithCode,
    logout,
    updateProfile,
    setAvatar,
    removeAvatar,
    changePassword,
    changeUsername,
    listSessions,
    endSession,
  }
})
