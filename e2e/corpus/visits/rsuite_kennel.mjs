// React Suite with history routing: a wizard, a stepper, a picker, placeholders, notifications.
import { shell } from '../serve.mjs'

const html = shell({ title: 'Wagtail Kennels' })
export default {
  title: 'Wagtail Kennels', page: 'kennel.jsx', held: true,
  routes: () => ({
    ...Object.fromEntries(['/dogs/biscuit', '/dogs/otto', '/dogs/failte', '/stay', '/card', '/reviews', '/settings'].map((path) => [`GET ${path}`, { html }])),
    'POST /api/cam': ({ n }) => ({ wait: n === 1 ? 4300 : 200, json: { text: n === 1 ? 'Asleep on the blue blanket.' : 'Awake now, looking at the door.' } }),
    'POST /api/stays': ({ n }) => (n < 3 ? { status: 409, wait: 200, json: { message: 'Run 4 is taken on one of these nights.' } } : { wait: 4200, json: { text: 'We confirm by phone until noon.' } }),
    'POST /api/chip': ({ n }) => (n < 4 ? { status: 404, json: { message: 'No chip of this number is registered.' } } : { wait: 200, json: { text: 'Chip found: Otto, all shots valid.' } }),
    'POST /api/mails': { json: {} },
    'POST /api/close': { status: 403, wait: 200, json: { message: 'A bill of 84 pounds is open' } },
    'POST /api/plate': { wait: 100, json: {} },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const item = (name) => v.page.locator('nav, .rs-navbar').getByText(name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Biscuit', link('Biscuit'), { nav: '/dogs/biscuit', wait: 2100 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Otto', link('Otto'), { nav: '/dogs/otto', wait: 1800 })
    await v.click('Look into the run', v.button('Look into the run'), { flags: ['slow', 'wait'], texts: ['Asleep on the blue blanket.'], wait: 6000 })
    await v.click('Look into the run', v.button('Look into the run'), { texts: ['Awake now, looking at the door.'], wait: 2600 })
    await v.click('Send a treat', v.button('Send a treat'), { flags: ['rage'], may: ['dead'], n: 5, gap: 180, wait: 3600 })
    await v.click('Whole pack', link('Whole pack'), { nav: '/', wait: 1800 })
    await v.click('Fáilte', link('Fáilte'), { nav: '/dogs/failte', soft: ['failed the agility test twice'], wait: 1900 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Book a stay', item('Book a stay'), { nav: '/stay', wait: 1800 })
    await v.click('Continue', v.button('Continue'), { flags: ['error_shown'], texts: ['Tell us the name of the dog.'], wait: 2600 })
    await v.type('Name of the dog', label('Name of the dog'), 'Otto')
    for (let night = 2; night <= 5; night++) await v.click(null, v.page.locator('.rs-input-number-touchspin-up'), { wait: 500, why: `one night more: ${night}` })
    await v.click('Continue', v.button('Continue'), { soft: ['What we should know'], wait: 1800 })
    await v.type('Your phone', label('Your phone'), '07700 900')
    await v.retype('Your phone', label('Your phone'), '07700 900812', { flags: ['retyped'], why: 'saw that digits were missing' })
    await v.click('Request stay', v.button('Request stay'), { flags: ['error_after', 'error_shown'], texts: ['Run 4 is taken on one of these nights.'], wait: 3800 })
    await v.click('Request stay', v.button('Request stay'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['Run 4 is taken on one of these nights.'], wait: 3400 })
    await v.click('Back to the dog', v.button('Back to the dog'), { wait: 1600 })
    await v.click('Run', v.page.locator('.rs-picker-toggle'), { alt: ['Run 4'], soft: ['Garden run'], wait: 1400 })
    await v.click('Garden run', v.page.getByRole('option', { name: 'Garden run' }), { wait: 1400 })
    await v.click('Continue', v.button('Continue'), { wait: 1800 })
    await v.click('Request stay', v.button('Request stay'), { flags: ['slow', 'wait'], texts: ['We confirm by phone until noon.'], wait: 6200 })
    await v.screen()
    await v.click('Vaccination card', item('Vaccination card'), { nav: '/card', soft: ['Cards with errors are sent back to the vet.'], wait: 1800 })
    await v.type('Chip number', label('Chip number'), '98514')
    await v.click('Check chip', v.button('Check chip'), { flags: ['error_after', 'error_shown'], texts: ['No chip of this number is registered.'], wait: 3800 })
    await v.click('Check chip', v.button('Check chip'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['No chip of this number is registered.'], wait: 3800 })
    await v.click('Check chip', v.button('Check chip'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['No chip of this number is registered.'], wait: 3600 })
    await v.retype('Chip number', label('Chip number'), '985140002219', { flags: ['retyped'] })
    await v.click('Check chip', v.button('Check chip'), { texts: ['Chip found: Otto, all shots valid.'], wait: 2800 })
    await v.click('Settings', item('Settings'), { nav: '/settings', wait: 1800 })
    await v.click('Daily photo', v.page.locator('.rs-toggle'), { as: 'change', texts: ['Photos will be mailed daily'], wait: 3400 })
    await v.click('Close account', v.button('Close account'), { soft: ['Open bills must be paid first.'], wait: 1800 })
    await v.click('Yes, close it', v.button('Yes, close it'), { flags: ['error_after', 'error_shown'], texts: ['A bill of 84 pounds is open'], wait: 3600 })
    await v.click('Export data', v.button('Export data'), { flags: ['dead'], wait: 3600 })
    await v.type('Number plate', label('Number plate'), 'TX 44 OT', { flags: ['abandoned_form'], wait: 5200 })
    await v.click('Reviews', item('Reviews'), { nav: '/reviews', soft: ['No problem at all'], wait: 1800 })
    await v.type('Headline', label('Headline'), 'A good week')
    await v.type('Your story', label('Your story'), 'Otto slept well', { flags: ['abandoned_form'], wait: 5400 })
    await v.click('Pack', item('Pack'), { nav: '/', wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Request stay', count: 3 }, { kind: 'saw_text', text: 'We confirm by phone until noon' }, { kind: 'rage', text: 'Send a treat' }, { kind: 'request_failed', text: '/api/chip', status: 404, count: 3 })
    v.claim('false', { kind: 'clicked', text: 'Publish review', count: 1 }, { kind: 'request_failed', text: '/api/mails' }, { kind: 'dead', text: 'Look into the run' })
    v.claim('unknown', { kind: 'saw_text', text: 'Your account is closed' })
    v.ends(['success', 'failed', 'not shown'], 'a stay was requested; the account could not be closed')
  },
}
