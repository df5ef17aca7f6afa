import { useEventListener } from '@vueuse/core'
import type { ErrorIssue } from '#shared/errors'
import type { FormFlash } from '#shared/schemas/formFlash'

/** What a refused request carries, whether the page or the server refused it. */
interface FormError {
  code?: string
  message?: string
  issues?: ErrorIssue[]
  retryAfter?: number
}

/** The sentences of codes that mean the same on every form. */
const BY_CODE: Record<string, string> = {
  RATE_LIMITED: 'refusal.rateLimited',
  FORBIDDEN: 'refusal.forbidden',
  UNAVAILABLE: 'refusal.unavailable',
  OFFLINE: 'refusal.offline',
}

/**
 * Sends a form, and says what is wrong with single fields or with the form as a whole.
 * @param codes the sentences of codes that mean something particular on this form
 */
export function useFormAttempt(
  fields: readonly string[],
  codes: Record<string, string> = {},
  first?: FormError | null,
) {
  const { t, te } = useI18n()
  const form = shallowRef<HTMLFormElement | null>(null)
  const pending = ref(false)
  const refusal = ref<FormError | null>(first ?? null)
  /** Fields that were changed since the last attempt. Their complaints may not hold any more. */
  const changed = reactive(new Set<string>())

  const refused = computed(() => (refusal.value?.issues ?? []).filter(({ path }) => fields.includes(String(path[0]))))
  const issues = computed<Record<string, string>>(() =>
    Object.fromEntries(
      refused.value
        .map((issue) => [String(issue.path[0]), sentenceOf(issue)] as const)
        .filter(([field]) => !changed.has(field))
        .reverse(),
    ),
  )
  useEventListener(form, 'input', ({ target }) => changed.add((target as HTMLInputElement).id))

  /** What is wrong with the form as a whole. */
  const whole = computed(() => refusal.value?.issues?.find(({ path }) => path.length === 0))
  const alert = computed(() => {
    const { code = '', message = '', retryAfter } = refusal.value ?? {}
    if (!refusal.value || refused.value.length > 0) return ''
    if (code === 'RATE_LIMITED' && retryAfter) return t('refusal.rateLimitedFor', { wait: wait(retryAfter) })
    if (whole.value) return t(`issue.${whole.value.code}`, whole.value.params)
    const key = codes[code] ?? BY_CODE[code]
    if (key) return t(key)
    return code && code !== 'INTERNAL' && message ? message : t('refusal.unavailable')
  })

  /** Some fields have a sentence of their own for a code. */
  function sentenceOf({ path, code, params }: ErrorIssue): string {
    const own = `issue.${String(path[0])}.${code}`
    return t(te(own) ? own : `issue.${code}`, params)
  }

  function wait(seconds: number): string {
    return seconds < 90
      ? t('refusal.seconds', { n: Math.ceil(seconds) }, Math.ceil(seconds))
      : t('refusal.minutes', { n: Math.ceil(seconds / 60) }, Math.ceil(seconds / 60))
  }

  /** @returns whether it went well. Otherwise the first wrong field has the focus. */
  async function attempt(action: () => Promise<unknown>): Promise<boolean> {
    if (pending.value) return false
    pending.value = true
    refusal.value = null
    changed.clear()
    try {
      await action()
      return true
    } catch (error) {
      refusal.value = error as FormError
      await nextTick()
      firstWrong(form.value)?.focus()
      return false
    } finally {
      pending.value = false
    }
  }

  return { form, pending, issues, whole, alert, attempt }
}

/** The refused form that the server got before, sent without script. It is the same for rendering and hydrating. */
export function useFormFlash(name: string, error: string): Ref<FormFlash | null> {
  return useState(`flash-${name}`, () => {
    const flash = useRequestEvent()?.context.formFlash as FormFlash | undefined
    return flash ?? (error ? { values: {}, issues: [], code: error, message: '' } : null)
  })
}

function firstWrong(form: HTMLFormElement | null): HTMLElement | undefined {
  return [...(form?.elements ?? [])].find((field) => field.getAttribute('aria-invalid') === 'true') as
    | HTMLElement
    | undefined
}

/**
 * What was typed into a field of this form before the script arrived: hydration would put the rendered value back.
 * Called in setup of a component whose root is the form.
 */
export function typedBefore(name: string): string | undefined {
  if (import.meta.server || !useNuxtApp().isHydrating) return undefined
  const form = getCurrentInstance()?.vnode.el as HTMLFormElement | null | undefined
  return (form?.elements.namedItem(name) as HTMLInputElement | null | undefined)?.value
}
