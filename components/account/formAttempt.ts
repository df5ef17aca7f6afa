import type { ErrorIssue } from '#shared/errors'

/** What a refused request carries, from wherever it was refused. */
interface Refusal {
  code?: string
  message?: string
  issues?: ErrorIssue[]
  retryAfter?: number
}

/** What the server kept of a form that was sent without script, for the page it answers with. */
export interface FormFlash {
  values: Record<string, string>
  issues: ErrorIssue[]
  code: string
  retryAfter?: number
}

/** The sentences of shared/schemas that have a translation; what is not here is shown as it came. */
const KNOWN: [RegExp, string][] = [
  [/not an email/, 'email'],
  [/^At least (\d+) characters/, 'atLeast'],
  [/^At most (\d+) characters/, 'atMost'],
  [/^Letters, digits/, 'username'],
  [/^Enter a name/, 'name'],
  [/^Enter your password/, 'passwordMissing'],
  [/^Enter your email or username/, 'loginMissing'],
  [/common/i, 'passwordCommon'],
  [/not your current/, 'passwordWrong'],
  [/too long/, 'tooLong'],
  [/cannot be (used|shown|stored)/, 'characters'],
]

/** The refusals by code that read the same on every form. */
const BY_CODE: Record<string, string> = {
  RATE_LIMITED: 'refusal.rateLimited',
  FORBIDDEN: 'refusal.forbidden',
  UNAVAILABLE: 'refusal.unavailable',
  OFFLINE: 'refusal.offline',
}

/**
 * One form that is sent: whether it is under way, what is wrong with which field, and what is wrong with all of it.
 * `codes` names the sentences for codes that mean something particular on this form.
 */
export function useFormAttempt(fields: readonly string[], codes: Record<string, string> = {}, first?: Refusal | null) {
  const { t } = useI18n()
  const form = shallowRef<HTMLElement | null>(null)
  const pending = ref(false)
  const refusal = ref<Refusal | null>(first ?? null)

  const issues = computed<Record<string, string>>(() =>
    Object.fromEntries(
      (refusal.value?.issues ?? [])
        .filter(({ path }) => fields.includes(String(path[0])))
        .map(({ path, message }) => [String(path[0]), translated(String(path[0]), message)])
        .reverse(),
    ),
  )

  const alert = computed(() => {
    const { code = '', message = '', retryAfter } = refusal.value ?? {}
    if (!refusal.value || Object.keys(issues.value).length > 0) return ''
    if (code === 'RATE_LIMITED' && retryAfter) return t('refusal.rateLimitedFor', { wait: wait(retryAfter) })
    const key = codes[code] ?? BY_CODE[code]
    if (key) return t(key)
    return code && code !== 'INTERNAL' && message ? message : t('refusal.unavailable')
  })

  function translated(field: string, message: string): string {
    if (refusal.value?.code === 'CONFLICT' && (field === 'email' || field === 'username')) return t(`issue.taken.${field}`)
    for (const [pattern, key] of KNOWN) {
      const found = pattern.exec(message)
      if (found) return t(`issue.${key}`, { count: found[1] ?? '' })
    }
    return message
  }

  function wait(seconds: number): string {
    return seconds < 90
      ? t('refusal.seconds', { n: Math.ceil(seconds) }, Math.ceil(seconds))
      : t('refusal.minutes', { n: Math.ceil(seconds / 60) }, Math.ceil(seconds / 60))
  }

  /** True when it went well; else the first wrong field has the focus. */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    if (pending.value) return false
    pending.value = true
    refusal.value = null
    try {
      await action()
      return true
    } catch (error) {
      refusal.value = error as Refusal
      await nextTick()
      form.value?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
      return false
    } finally {
      pending.value = false
    }
  }

  return { form, pending, issues, alert, attempt }
}

/** What the server knows of this form from the request before, the same while rendering and while hydrating. */
export function useFormFlash(name: string, error: string): Ref<FormFlash | null> {
  return useState(`flash-${name}`, () => {
    const flash = useRequestEvent()?.context.formFlash as FormFlash | undefined
    return flash ?? (error ? { values: {}, issues: [], code: error } : null)
  })
}

/** What was typed before the script arrived; hydration would else put the rendered value back. */
export function typedBefore(name: string): string | undefined {
  if (import.meta.server || !useNuxtApp().isHydrating) return undefined
  return document.querySelector<HTMLInputElement>(`input[name="${name}"]`)?.value
}
