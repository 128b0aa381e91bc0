// Like a screen reader user: only Tab, Enter and Space, long pauses to listen; live regions announce changes.
export default {
  title: 'City library', page: 'ariakit.jsx', css: false, held: false,
  routes: () => ({
    'POST /api/sign-in': ({ n }) => (n === 1 ? { status: 401, json: { message: 'Card and PIN do not match' } } : { json: {} }),
    'POST /api/renew': ({ n }) => [{ wait: 3300, json: { text: 'Renewed until 3 March' } }, { status: 409, json: { message: 'Somebody else waits for it' } }][n - 1],
    'POST /api/fees': { status: 502, json: { message: 'The cash desk is closed for maintenance' } },
    'POST /api/reserve': { wait: 3300, json: { text: 'Reserved. We write to you.' } },
  }),
  async play(v) {
    const to = async (where, key = 'Tab') => { for (let k = 0; k < 24; k++) { if (await where.evaluate((e) => e === document.activeElement)) return v.rest(300); await v.go(key) } throw new Error('not reached') }
    const field = (name) => v.page.getByLabel(name, { exact: true })
    await to(field('Library card'))
    await v.type('Library card', null, '4471', { flags: ['error_shown'], texts: ['A card number has six digits'], why: 'the message comes when the field loses the focus' })
    await to(v.button('Sign in'))
    await v.key('Sign in', 'Enter', { may: ['error_shown', 'dead'], wait: 2000, why: 'the message stands there already; the focus goes back to the field' })
    await to(field('Library card'), 'Shift+Tab')
    await v.go('End')
    await v.type('Library card', null, '23', { chars: 6, public: true, may: ['error_shown'], why: 'the message stays until the last digit' })
    await to(field('PIN'))
    await v.type('PIN', null, '9041')
    await to(v.button('Sign in'))
    await v.key('Sign in', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['Card and PIN do not match'], wait: 2000 })
    await to(v.button('Forgot PIN'))
    await v.key('Forgot PIN', 'Enter', { flags: ['dead'], wait: 3300 })
    await to(v.button('Sign in'), 'Shift+Tab')
    await v.key('Sign in', 'Space', { wait: 2000, soft: ['Your loans'], why: 'a book in the list has Error in its title' })
    await to(v.button('Renew'))
    await v.key('Renew', 'Space', { flags: ['slow'], texts: ['Renewed until 3 March'], wait: 4800 })
    await v.key('Renew', 'Space', { flags: ['error_after', 'error_shown'], texts: ['Somebody else waits for it'], wait: 2200 })
    await to(v.button('Suggest a purchase'))
    await v.key('Suggest a purchase', 'Enter', { flags: ['rage'], may: ['dead'], n: 4, gap: 200, wait: 3300 })
    await to(v.button('Account'))
    await v.key('Account', 'Enter')
    await v.key('Pay fees', 'Enter', { flags: ['error_after', 'error_shown'], texts: ['The cash desk is closed for maintenance'], wait: 2200 })
    await to(v.role('checkbox', 'Remind me by mail'))
    await v.key('Remind me by mail', 'Space', { as: 'change' })
    await to(v.button('Opening hours'))
    await v.key('Opening hours', 'Enter', { soft: ['Closed on Sunday.'] })
    await to(v.button('Suggest a purchase'), 'Shift+Tab')
    await v.key('Suggest a purchase', 'Space', { flags: ['dead'], wait: 3300 })
    await to(v.button('Reserve'), 'Shift+Tab')
    await v.key('Reserve', 'Enter', { soft: ['Two people wait before you.'] })
    await v.screen()
    await to(v.button('Reserve anyway'))
    await v.key('Reserve anyway', 'Enter', { flags: ['slow'], texts: ['Reserved. We write to you.'], wait: 4900 })
    v.claim('true', { kind: 'clicked', text: 'Renew', count: 2 }, { kind: 'saw_text', text: 'Reserved. We write to you' }, { kind: 'saw_text', text: 'Card and PIN do not match' }, { kind: 'dead', text: 'Forgot PIN' }, { kind: 'request_failed', text: '/api/sign-in', status: 401 })
    v.claim('false', { kind: 'rage', text: 'Renew' }, { kind: 'dead', text: 'Reserve anyway' }, { kind: 'request_failed', text: '/api/reserve' })
    v.claim('unknown', { kind: 'clicked', text: 'History' }, { kind: 'saw_text', text: 'Overdue' })
    v.ends('success', 'a loan was renewed and a book reserved; fees could not be paid')
  },
}
