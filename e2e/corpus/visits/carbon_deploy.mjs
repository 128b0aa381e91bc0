export default {
  title: 'Deployments', page: 'carbon.js', css: false, held: false,
  routes: () => ({
    'POST /api/deploy': ({ n }) => (n === 1 ? { status: 404, json: { message: 'There is no image with this tag' } } : { wait: 2900, json: {} }),
    'POST /api/plan': { wait: 3200, json: { text: '3 services change, 0 fail the check' } },
    'POST /api/rollback': { status: 409, json: { message: 'Somebody else rolls back already' } },
  }),
  async play(v) {
    await v.click('Notify team', v.page.locator('#notify'), { flags: ['dead'], wait: 3300 })
    await v.click('Deploy now', v.page.locator('#deploy'), { flags: ['error_shown'], texts: ['A tag has three numbers, as in 1.4.2'] })
    await v.type('Image tag', v.page.locator('#tag'), '1.4.7', {})
    await v.click('Deploy now', v.page.locator('#deploy'), { flags: ['error_after', 'error_shown'], texts: ['There is no image with this tag'], wait: 4500 })
    await v.click('Show plan', v.page.locator('#plan'), { flags: ['slow', 'wait'], texts: ['3 services change'], wait: 4700 })
    await v.click('History', v.page.locator('#t2'), { soft: ['1.4.0 failed: out of memory'], why: 'a list of what was; no error of this visit' })
    await v.click('Roll back', v.page.locator('#roll'), { soft: ['Visitors may see errors for a minute.'] })
    await v.click('Yes, roll back', v.page.locator('#yes'), { flags: ['error_after', 'error_shown'], texts: ['Somebody else rolls back already'], wait: 4500 })
    await v.screen()
    await v.click('Run', v.page.locator('#t1'), {})
    await v.click('Notify team', v.page.locator('#notify'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Deploy now', v.page.locator('#deploy'), { flags: ['slow'], texts: ['The new version serves all visitors'], soft: ['Deployed'], wait: 5200 })
    v.claim('true', { kind: 'clicked', text: 'Deploy now', count: 3 }, { kind: 'saw_text', text: 'The new version serves all visitors' }, { kind: 'saw_text', text: 'There is no image with this tag' }, { kind: 'rage', text: 'Notify team' }, { kind: 'request_failed', text: '/api/rollback', status: 409 })
    v.claim('false', { kind: 'dead', text: 'Deploy now' }, { kind: 'rage', text: 'Deploy now' }, { kind: 'request_failed', text: '/api/plan' })
    v.claim('unknown', { kind: 'clicked', text: 'Pause' }, { kind: 'saw_text', text: 'Paused' })
    v.ends('success', 'the last deployment worked, a toast said so')
  },
}
