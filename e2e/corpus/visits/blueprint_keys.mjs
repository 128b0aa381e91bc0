export default {
  title: 'API keys', page: 'blueprint.jsx', held: false,
  routes: () => ({
    'POST /api/keys': ({ n }) => (n === 1 ? { status: 402, json: { message: 'Your plan allows two keys' } } : { json: { token: '9f3a' } }),
    'DELETE /api/keys/billing': { status: 423, json: { message: 'billing is in use right now' } },
    'DELETE /api/keys/error-reports': { json: {} },
    'POST /api/audit': ({ n }) => (n === 1 ? { status: 500, wait: 3300, json: { message: 'The log could not be read.' } } : { wait: 90, json: { text: '16 uses, 3 failed' } }),
  }),
  async play(v) {
    await v.click('New key', v.button('New key'), { soft: ['Shown in the audit log'] })
    await v.type('Key name', v.page.locator('#key'), 'Ware House')
    await v.click('Create key', v.button('Create key'), { flags: ['error_shown'], texts: ['Lower case letters and dashes only'] })
    await v.click(null, v.page.locator('.bp6-numeric-input button').first(), { n: 5, gap: 150, why: 'stepper' })
    await v.click('Key name', v.page.locator('#key'), { n: 3, gap: 60, double: true, wait: 300 })
    await v.type('Key name', null, 'ware-house', { public: true })
    await v.click('Create key', v.button('Create key'), { flags: ['error_after', 'error_shown'], texts: ['Your plan allows two keys'], wait: 4300 })
    await v.click('Cancel', v.button('Cancel'), {})
    await v.click('Rotate all', v.button('Rotate all'), { flags: ['dead'], wait: 3200 })
    await v.click('Audit log', v.button('Audit log'), { flags: ['slow', 'error_after', 'error_shown', 'wait'], texts: ['The log could not be read.'], wait: 5000 })
    await v.click('Audit log', v.button('Audit log'), { texts: ['16 uses, 3 failed'], why: 'a count' })
    await v.screen()
    await v.click('Revoke billing', v.button('Revoke billing'), { soft: ['Programs that use it will fail.'] })
    await v.click('Revoke key', v.button('Revoke key'), { flags: ['error_after', 'error_shown'], texts: ['billing is in use right now'], wait: 4300 })
    await v.click('Active', v.page.getByText('Active').last(), { as: 'change' })
    await v.click('More', v.button('More'), {})
    await v.click('Export', v.role('menuitem', 'Export'), { flags: ['dead'], wait: 3200, why: 'the menu stays and nothing happens' })
    await v.click('Copy as JSON', v.role('menuitem', 'Copy as JSON'), { texts: ['Copied to clipboard'], wait: 4300 })
    await v.click('Rotate all', v.button('Rotate all'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3200 })
    await v.click('Revoke error-reports', v.button('Revoke error-reports'), {})
    await v.click('Revoke key', v.button('Revoke key'), { texts: ['error-reports was revoked'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Create key', count: 2 }, { kind: 'saw_text', text: 'error-reports was revoked' }, { kind: 'saw_text', text: 'Your plan allows two keys' }, { kind: 'rage', text: 'Rotate all' }, { kind: 'dead', text: 'Export' }, { kind: 'request_failed', text: '/api/audit', status: 500 })
    v.claim('false', { kind: 'dead', text: 'More' }, { kind: 'rage', text: 'Create key' }, { kind: 'dead', text: 'Copy as JSON' }, { kind: 'request_failed', text: '/api/keys/error-reports' })
    v.claim('unknown', { kind: 'saw_text', text: 'Key created' }, { kind: 'clicked', text: 'Restore' })
    v.ends(['success', 'not shown'], 'no key was made and one could not be revoked; another was revoked in the end')
  },
}
