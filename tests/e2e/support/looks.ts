import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

/** Nothing that a person who cannot see, or cannot use a mouse, stumbles over. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  // A list hides the rows that it has not measured yet.
  await expect(page.locator('[role="log"] [style*="visibility"]'), state).toHaveCount(0)
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const found = serious.flatMap(({ id, nodes }) =>
    nodes.map(({ target, html }) => `${id} at ${target.join(' ')}: ${html}`),
  )
  expect(found, state).toEqual([])
}

/** Nothing is wider than the screen. */
export async function expectFitting(page: Page, state: string): Promise<void> {
  const surplus = await page.evaluate(() => {
    const { documentElement, body } = document
    return Math.max(documentElement.scrollWidth, body.scrollWidth) - innerWidth
  })
  expect(surplus, `${state}: wider than the screen`).toBeLessThanOrEqual(0)
}

/** What has the focus: its name, and whether one sees that it has it. */
export const focused = (page: Page): Promise<{ name: string; visible: boolean }> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const ring = (each: Element | null, part?: string): boolean => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each ?? element, part)
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none'
    }
    const name = element.getAttribute('aria-label') ?? element.dataset.testid ?? element.textContent!.trim()
    return { name, visible: ring(element) || ring(element, '::after') || ring(element.closest('label')) }
  })
