import { useToasts } from './useToasts'

const BY_CODE: Record<string, string> = {
  RATE_LIMITED: 'refusal.rateLimited',
  FORBIDDEN: 'refusal.forbidden',
  NOT_FOUND: 'refusal.gone',
  CONFLICT: 'refusal.conflict',
  OFFLINE: 'refusal.offline',
}

/** The key of the sentence about what went wrong. @param keys the sentences of codes that mean something particular */
export function problemKey(thrown: unknown, keys: Record<string, string> = {}): string {
  const code = (thrown as { code?: string }).code ?? ''
  return keys[code] ?? BY_CODE[code] ?? 'refusal.unavailable'
}

/**
 * Runs what a button asks for. `pending` tells whether it is under way; a toast says what went wrong.
 * @param keys the sentences of codes that mean something particular here
 */
export function useAttempt(keys: Record<string, string> = {}) {
  const { t } = useI18n()
  const { toast } = useToasts()
  const pending = ref(false)

  /** Runs an action beside those that are under way, for what people do quickly one after the other. */
  async function attemptEach(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action()
      return true
    } catch (thrown) {
      toast(t(problemKey(thrown, keys)), 'problem')
      return false
    }
  }

  /** Does nothing while an action is under way. @returns whether it went well */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    if (pending.value) return false
    pending.value = true
    try {
      return await attemptEach(action)
    } finally {
      pending.value = false
    }
  }

  return { pending, attempt, attemptEach }
}
