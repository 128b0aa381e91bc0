export default {
  title: 'Backups', page: 'fluent.jsx', css: false, held: true,
  routes: () => ({
    'POST /api/plan': ({ n }) => (n === 1 ? { status: 507, json: { message: 'There is no space left in Frankfurt' } } : { json: {} }),
    'POST /api/restore': ({ n }) => [{ status: 500, wait: 3300, json: { message: 'Copy 6 is damaged' } }, { wait: 3300, json: { text: '4,207 files are back in place' } }][n - 1],
  }),
  async play(v) {
    await v.click(null, v.page.locator('.fui-SpinButton__incrementButton'), { n: 4, gap: 230, why: 'a stepper' })
    await v.click('Save plan', v.button('Save plan'), { flags: ['error_shown'], texts: ['Keep ten copies at most'] })
    await v.click(null, v.page.locator('.fui-SpinButton__decrementButton'), { n: 3, gap: 230 })
    await v.click('Test connection', v.button('Test connection'), { flags: ['dead'], wait: 3300 })
    await v.click('Save plan', v.button('Save plan'), { flags: ['error_after', 'error_shown'], texts: ['There is no space left in Frankfurt'], wait: 2400 })
    await v.click('Where', v.role('combobox', 'Where'), { why: 'a list opens' , alt: ['Frankfurt'] })
    await v.click('Dublin (deprecated)', v.role('option', 'Dublin (deprecated)'))
    await v.click('Encrypt copies', v.page.getByText('Encrypt copies'), { as: 'change' })
    await v.click('What is kept?', v.button('What is kept?'), { soft: ['Failed uploads are not kept.'] })
    await v.click('Close', v.button('Close'))
    await v.click('Save plan', v.button('Save plan'), { texts: ['The first backup runs tonight'], wait: 4600 })
    await v.click('View logs', v.button('View logs'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Rename plan', v.button('Rename plan'), { flags: ['rage'], may: ['dead'], n: 4, gap: 150, wait: 3300 })
    await v.click('Restore', v.role('tab', 'Restore'), { soft: ['Last copy: yesterday, 3 errors in 4,210 files'], why: 'a count of an old run' })
    await v.click('Restore it', v.button('Restore it'), { flags: ['slow', 'error_after', 'error_shown', 'wait'], texts: ['Copy 6 is damaged'], wait: 6500 })
    await v.click('Compare copies', v.button('Compare copies'), { flags: ['dead'], wait: 3300 })
    await v.click('Export report', v.button('Export report'), { flags: ['rage'], may: ['dead'], n: 3, gap: 250, wait: 3300 })
    await v.screen()
    await v.click('Restore it', v.button('Restore it'), { flags: ['slow', 'wait'], texts: ['4,207 files are back in place'], wait: 5000 })
    v.claim('true', { kind: 'clicked', text: 'Save plan', count: 3 }, { kind: 'saw_text', text: 'files are back in place' }, { kind: 'saw_text', text: 'no space left' }, { kind: 'rage', text: 'View logs' }, { kind: 'dead', text: 'Test connection' }, { kind: 'request_failed', text: '/api/restore', status: 500 })
    v.claim('false', { kind: 'rage', text: 'Save plan' }, { kind: 'dead', text: 'Restore it' }, { kind: 'request_failed', text: '/api/plan', status: 500 })
    v.claim('unknown', { kind: 'clicked', text: 'Sign out' }, { kind: 'saw_text', text: 'Quota raised' })
    v.ends('success', 'the plan was saved and the copy restored')
  },
}
