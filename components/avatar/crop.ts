/** The square that is cut out of a picture: its zoom and its center, in pixels of the picture. */
export interface Crop {
  /** 1: the largest square within the picture. */
  zoom: number
  x: number
  y: number
}
export interface Size {
  width: number
  height: number
}

export const MAX_ZOOM = 5
/** The side of the picture that is made, in pixels. */
const SIDE_PX = 512

/** The side of the square that is cut out, in pixels of the picture. */
export function sideOf({ width, height }: Size, { zoom }: Crop): number {
  return Math.min(width, height) / zoom
}

/** The same crop, moved so that it lies within the picture. */
export function within(size: Size, crop: Crop): Crop {
  const zoom = Math.min(MAX_ZOOM, Math.max(1, crop.zoom))
  const half = sideOf(size, { ...crop, zoom }) / 2
  const clamp = (at: number, most: number) => Math.min(most - half, Math.max(half, at))
  return { zoom, x: clamp(crop.x, size.width), y: clamp(crop.y, size.height) }
}

/** The largest square in the middle of a picture. */
export function wholeOf({ width, height }: Size): Crop {
  return { zoom: 1, x: width / 2, y: height / 2 }
}

/** Cuts the square out. @returns null if the browser cannot */
export function cut(picture: HTMLImageElement, crop: Crop): Promise<Blob | null> {
  const side = sideOf({ width: picture.naturalWidth, height: picture.naturalHeight }, crop)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.round(Math.min(SIDE_PX, Math.max(64, side)))
  const context = canvas.getContext('2d')
  if (!context) return Promise.resolve(null)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, crop.x - side / 2, crop.y - side / 2, side, side, 0, 0, canvas.width, canvas.width)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/webp', 0.92))
}
