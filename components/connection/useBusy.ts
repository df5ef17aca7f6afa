import { useEventListener } from '@vueuse/core'
import { isLayerOpen } from '~/composables/useLayer'
import { useUploadsStore } from '~/stores/uploads'
import { useVoiceRecorderStore } from '~/stores/voice/voiceRecorder'

/** Gives a function that says whether something is being typed, recorded or uploaded on this page, or a dialog is open. */
export function useBusy(): () => boolean {
  const recorder = useVoiceRecorderStore()
  const uploads = useUploadsStore()
  let typedIn: HTMLInputElement | HTMLTextAreaElement | null = null
  useEventListener('input', ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) typedIn = target
  })
  const isTyping = () => typedIn !== null && typedIn.isConnected && typedIn.value.trim() !== ''
  return () =>
    recorder.recording !== null || recorder.asking !== null || uploads.isUploading() || isLayerOpen() || isTyping()
}
