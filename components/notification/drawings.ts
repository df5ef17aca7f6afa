import { hueOf } from '#shared/domain/hue'
import { initialsOf } from '../common/avatarLook'

export const FAVICON = { href: '/favicon.svg', type: 'image/svg+xml' } as const
/** The addresses of the drawings that were made. */
const drawn = new Map<string, Promise<string>>()

/**
 * The favicon with a count on it; from ten on, only that there are many. Each is drawn once.
 * @throws DOMException when the favicon cannot be loaded
 */
export function countedFavicon(count: number): Promise<string> {
  const label = count > 9 ? '9+' : String(count)
  return once(`count ${label}`, async () => {
    const [canvas, draw] = board(32)
    const image = new Image()
    image.src = FAVICON.href
    await image.decode()
    draw.drawImage(image, 0, 0, 32, 32)
    draw.fillStyle = '#c2410c'
    draw.beginPath()
    draw.roundRect(label.length > 1 ? 8 : 12, 12, label.length > 1 ? 24 : 20, 20, 10)
    draw.fill()
    write(draw, label, label.length > 1 ? 20 : 22, 22, 16, '#fff')
    return canvas.toDataURL()
  })
}

/** The initials of a person on their hue, as their avatar without a picture. */
export function initialsPicture(id: string, name: string): Promise<string> {
  return once(`initials ${id} ${name}`, async () => {
    const [canvas, draw] = board(96)
    const hue = hueOf(id)
    draw.fillStyle = `oklch(0.9 0.05 ${hue})`
    draw.beginPath()
    draw.arc(48, 48, 48, 0, 2 * Math.PI)
    draw.fill()
    write(draw, initialsOf(name), 48, 48, 38, `oklch(0.36 0.09 ${hue})`)
    return canvas.toDataURL()
  })
}

function once(key: string, make: () => Promise<string>): Promise<string> {
  let made = drawn.get(key)
  if (!made) {
    drawn.set(key, (made = make()))
    // Without a network there may be nothing to draw on. The next count tries again.
    made.catch(() => drawn.delete(key))
  }
  return made
}

function board(size: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  return [canvas, canvas.getContext('2d')!]
}

function write(draw: CanvasRenderingContext2D, text: string, x: number, y: number, size: number, color: string): void {
  draw.fillStyle = color
  draw.font = `600 ${size}px system-ui, sans-serif`
  draw.textAlign = 'center'
  draw.textBaseline = 'middle'
  draw.fillText(text, x, y + size / 16)
}
