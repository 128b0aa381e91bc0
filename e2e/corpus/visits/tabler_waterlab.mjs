// Tabler's styles with hash routes: a laboratory, where "failed" and "error" are results; a menu that opens on press; native confirmation.
export default {
  title: 'Clearwell Laboratory', page: 'waterlab.js', held: true,
  routes: () => ({
    'POST /api/queue': ({ n }) => ({ json: { n: 12 + (n % 3) } }),
    'POST /api/samples': ({ n }) => [{ status: 400, json: { message: 'At least 500 ml are needed for lead.' } }, { status: 400, json: { message: 'At least 500 ml are needed for lead.' } }, { status: 503, json: { message: 'The numbering service is unreachable.' } }, { status: 503, json: { message: 'The numbering service is unreachable.' } }, { wait: 200, json: {} }][n - 1],
    'POST /api/calibrate': { wait: 4300, json: { text: 'Drift 0.02, within the limits' } },
    'POST /api/restart': { status: 500, json: { message: 'busy' } },
    'POST /api/lamp': { wait: 4200, json: { text: 'The lamp has burnt 812 hours' } },
    'POST /api/order': { wait: 100, json: {} },
    'POST /api/release': ({ n }) => (n === 1 ? { status: 423, json: { message: 'A second person has to sign first.' } } : { wait: 200, json: { text: 'Released to the customer.' } }),
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name, { exact: true })
    await v.click('Lead', link('Lead'), { nav: '/#/limit/lead', soft: ['above it the test has failed'], wait: 2100 })
    await v.back('/', { flags: ['quick_back'] })
    await v.click('Samples', link('Samples'), { nav: '/#/samples', soft: ['Failed: E. coli', 'Error in bottle'], wait: 2000 })
    await v.click('Number', v.button('Number'), { wait: 1600, why: 'sorts' })
    await v.click('Actions', v.button('Actions'), { soft: ['Show urgent only'], wait: 1300, why: 'opens on press' })
    await v.click('Show urgent only', v.button('Show urgent only'), { wait: 1800 })
    await v.click('Actions', v.button('Actions'), { wait: 1200 })
    await v.click('Print labels', v.button('Print labels'), { flags: ['error_after'], may: ['dead'], wait: 3600, why: 'the menu closes, and nothing is printed' })
    await v.click('W-1043', link('W-1043'), { nav: '/#/samples/W-1043', wait: 1800 })
    await v.click('Print label', v.button('Print label'), { flags: ['rage'], may: ['dead'], n: 4, gap: 200, wait: 3600 })
    await v.click('Release result', v.button('Release result'), { flags: ['error_after', 'error_shown'], texts: ['A second person has to sign first.'], wait: 5000 })
    await v.back('/#/samples', { why: 'has done something there', wait: 2600 })
    await v.click('W-1045', link('W-1045'), { nav: '/#/samples/W-1045', wait: 1900 })
    await v.back('/#/samples', { flags: ['quick_back'] })
    await v.click('Register sample', link('Register sample'), { nav: '/#/new', wait: 1800 })
    await v.type('Place', label('Place'), 'Well 9, garden')
    await v.type('Volume in ml', label('Volume in ml'), '300', { public: true })
    await v.click('Lead', v.page.getByText('Lead', { exact: true }), { as: 'change', wait: 1000 })
    await v.click('Register', v.button('Register'), { flags: ['error_after', 'error_shown'], texts: ['At least 500 ml are needed for lead.'], wait: 3600 })
    await v.click('Register', v.button('Register'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['At least 500 ml are needed for lead.'], wait: 3600 })
    await v.retype('Volume in ml', label('Volume in ml'), '750', { public: true, flags: ['retyped'] })
    await v.click('Register', v.button('Register'), { flags: ['error_after', 'error_shown'], texts: ['The numbering service is unreachable.'], wait: 4000 })
    await v.click('Register', v.button('Register'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['The numbering service is unreachable.'], wait: 4000 })
    await v.screen()
    await v.click('Register', v.button('Register'), { flags: ['repeated_submit'], texts: ['Sample W-1046 is registered'], wait: 3000 })
    await v.click('Devices', link('Devices'), { nav: '/#/devices', wait: 1800 })
    await v.click('Calibrate', v.button('Calibrate'), { flags: ['slow', 'wait'], texts: ['Drift 0.02, within the limits'], wait: 6000 })
    await v.click('Restart', v.button('Restart'), { flags: ['dead', 'error_after'], wait: 3600 })
    await v.click('Lamp hours', v.button('Lamp hours'), { flags: ['slow'], texts: ['The lamp has burnt 812 hours'], wait: 5800 })
    await v.click('Lock door', v.button('Lock door'), { flags: ['dead'], wait: 3600 })
    await v.type('Article', label('Article'), 'Membrane filters')
    await v.type('Packs', label('Packs'), 'twelve', { flags: ['abandoned_form'], wait: 5200 })
    await v.click('Complaint', link('Complaint'), { nav: '/#/complaint', wait: 1800 })
    await v.type('Sample number', label('Sample number'), 'W-1024')
    await v.retype('Sample number', label('Sample number'), 'W-1042', { flags: ['retyped'], why: 'two digits were swapped' })
    await v.type('What seems wrong', label('What seems wrong'), 'Bottle was half full', { flags: ['abandoned_form'], wait: 5400 })
    await v.click('Shift note', link('Shift note'), { nav: '/#/shift', wait: 1800 })
    await v.type('Note', label('Note'), 'Spectrometer is fine', { flags: ['abandoned_form'], wait: 6500, why: 'closes the page' })
    v.claim('true', { kind: 'clicked', text: 'Register', count: 5 }, { kind: 'saw_text', text: 'Sample W-1046 is registered' }, { kind: 'rage', text: 'Print label' }, { kind: 'dead', text: 'Lock door' })
    v.claim('false', { kind: 'clicked', text: 'File complaint', count: 1 }, { kind: 'dead', text: 'Actions' }, { kind: 'request_failed', text: '/api/queue' })
    v.claim('unknown', { kind: 'saw_text', text: 'Released to the customer' })
    v.ends(['success', 'failed', 'not shown'], 'a sample was registered; a result could not be released, two notes were never sent')
  },
}
