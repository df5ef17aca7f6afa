/**
 * Loads what a chat draws only on demand. Later it opens at once, also when the network is gone by then. What cannot be
 * loaded now is loaded when it is opened.
 */
export async function preloadParts(): Promise<void> {
  await Promise.allSettled([
    import('../common/CommonConfirm.vue'),
    import('../composer/ComposerSendDialog.vue'),
    import('../details/DetailsPanel.vue'),
    import('../file/FileFolderDialog.vue'),
    import('../lightbox/LightboxDialog.vue'),
    import('./ConversationNewDialog.vue'),
  ])
}
