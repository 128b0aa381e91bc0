export default {
  title: 'Profile', page: 'shoelace.js', held: true,
  routes: () => ({
    'PATCH /api/profile': ({ n }) => (n === 1 ? { status: 500, wait: 500, json: { message: 'Our server has a hiccup.' } } : { wait: 500, json: {} }),
    'PATCH /api/mails': { wait: 300, json: {} },
  }),
  async play(v) {
    const label = (name) => v.page.getByRole('textbox', { name })
    const button = (name) => v.page.locator('sl-button', { hasText: name })
    await v.click('What if my name is rejected?', v.page.locator('sl-details'), { y: 20, x: 120, soft: ['Names that failed the check'], wait: 1800, why: 'a help text' })
    await v.click('Save profile', button('Save profile'), { flags: ['error_shown'], texts: ['Enter a display name'], wait: 2000 })
    await v.type('Display name', label('Display name'), 'Aino K')
    await v.type('City', label('City'), 'Turku')
    await v.click('Save profile', button('Save profile'), { flags: ['error_after', 'error_shown'], texts: ['Your changes were not saved'], soft: ['Our server has a hiccup.'], wait: 4400 })
    await v.screen()
    await v.click('Change photo', button('Change photo'), { texts: ['Photos come from your company'], wait: 4400, why: 'a neutral note' })
    await v.click('Save profile', button('Save profile'), { texts: ['Your changes have been saved'], wait: 4400 })
    await v.click('Weekly mail', v.page.locator('sl-switch'), { as: 'change', x: 12, texts: ['Preference saved'], wait: 3200 })
    v.claim('true', { kind: 'clicked', text: 'Save profile', count: 3 }, { kind: 'saw_text', text: 'Your changes have been saved' }, { kind: 'request_failed', text: '/api/profile', count: 1 })
    v.claim('false', { kind: 'dead', text: 'Change photo' }, { kind: 'request_failed', text: '/api/mails' })
    v.claim('unknown', { kind: 'saw_text', text: 'Photo changed' })
    v.ends('success', 'the profile was saved at the second try, and a preference')
  },
}
