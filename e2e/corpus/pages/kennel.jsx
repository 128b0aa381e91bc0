import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import 'rsuite/dist/rsuite-no-reset.min.css'
import { Button, ButtonToolbar, CustomProvider, Form, InputNumber, Loader, Message, Modal, Nav, Navbar, Notification, Panel, Placeholder, Rate, SelectPicker, Steps, Tag, Toggle, useToaster } from 'rsuite'
import { post } from './post.js'

const DOGS = { biscuit: ['Biscuit', 'Beagle, chews slippers'], otto: ['Otto', 'Dachshund, afraid of buses'], failte: ['Fáilte', 'Terrier, failed the agility test twice'] }
const go = (path) => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')) }
const Link = ({ href, children, ...rest }) => <a href={href} {...rest} onClick={(event) => { event.preventDefault(); go(href) }}>{children}</a>
const Field = ({ name, label, area, ...rest }) => <Form.Group controlId={name}><Form.ControlLabel>{label}</Form.ControlLabel><Form.Control name={name} autoComplete="off" {...rest} /></Form.Group>

const Pack = () => <><h3>The pack this week</h3>{Object.entries(DOGS).map(([key, [name, about]]) => <Panel bordered key={key} style={{ margin: '8px 0' }}><Link href={`/dogs/${key}`}>{name}</Link> <Tag>{about}</Tag></Panel>)}</>

function Dog({ id }) {
  const [cam, setCam] = useState(), [stars, setStars] = useState(0)
  const watch = async () => { setCam('busy'); setCam((await post('/api/cam')).text) }
  return <><h3>{DOGS[id][0]}</h3><p>{DOGS[id][1]}.</p><Rate value={stars} onChange={setStars} size="xs" /><ButtonToolbar><Button appearance="primary" onClick={watch}>Look into the run</Button><Button appearance="ghost">Send a treat</Button></ButtonToolbar>{cam === 'busy' ? <Placeholder.Paragraph rows={4} active style={{ marginTop: 16 }} /> : cam && <p>{cam}</p>}<Link href="/">Whole pack</Link></>
}

function Stay() {
  const [step, setStep] = useState(0), [form, setForm] = useState({ dog: '', phone: '', notes: '' }), [nights, setNights] = useState(1), [run, setRun] = useState('Run 4'), [problem, setProblem] = useState(), [busy, setBusy] = useState(false), [done, setDone] = useState()
  const next = () => { if (!form.dog.trim()) return setProblem('Tell us the name of the dog.'); setProblem(); setStep(1) }
  const send = async () => { setProblem(); setBusy(true); try { setDone((await post('/api/stays', { run })).text) } catch (error) { setProblem(error.message) } setBusy(false) }
  if (done) return <><h3>Requested</h3><p>{done}</p></>
  return <><h3>Book a stay</h3><Steps current={step} small style={{ marginBottom: 16 }}><Steps.Item title="The dog" /><Steps.Item title="You" /></Steps>
    {problem && <Message type="error" showIcon closable bordered>{problem}</Message>}
    <Form fluid formValue={form} onChange={setForm} onSubmit={() => step ? send() : next()}>
      {step === 0 ? <><Field name="dog" label="Name of the dog" /><Form.Group controlId="nights"><Form.ControlLabel>Nights</Form.ControlLabel><InputNumber id="nights" min={1} max={21} value={nights} onChange={setNights} style={{ width: 120 }} /></Form.Group><p>{nights} nights, {nights * 28} pounds</p><SelectPicker aria-label="Run" data={['Run 4', 'Run 7', 'Garden run'].map((value) => ({ label: value, value }))} value={run} onChange={setRun} cleanable={false} searchable={false} style={{ width: 200 }} /><p><Button onClick={next}>Continue</Button></p></>
        : <><Field name="phone" label="Your phone" /><Field name="notes" label="What we should know" /><ButtonToolbar><Button onClick={() => { setProblem(); setStep(0) }}>Back to the dog</Button><Button appearance="primary" type="submit">{busy && <Loader style={{ marginRight: 6 }} />}Request stay</Button></ButtonToolbar></>}
    </Form></>
}

function Card() {
  const [form, setForm] = useState({ chip: '', vet: '' }), [state, setState] = useState()
  const check = async () => { setState(); try { setState(['success', (await post('/api/chip')).text]) } catch (error) { setState(['warning', error.message]) } }
  return <><h3>Vaccination card</h3><p>Cards with errors are sent back to the vet.</p><Form fluid formValue={form} onChange={setForm} onSubmit={check}><Field name="chip" label="Chip number" /><Field name="vet" label="Practice" /><Button appearance="primary" type="submit">Check chip</Button></Form>{state && <Message type={state[0]} style={{ marginTop: 12 }}>{state[1]}</Message>}</>
}

function Reviews() {
  const [form, setForm] = useState({ title: '', story: '' })
  return <><h3>Reviews</h3><Panel bordered header="No problem at all">Otto came home tired and happy.</Panel><Form fluid formValue={form} onChange={setForm} onSubmit={() => post('/api/review')}><Field name="title" label="Headline" /><Field name="story" label="Your story" /><Button type="submit">Publish review</Button></Form></>
}

function Settings() {
  const toaster = useToaster(), [open, setOpen] = useState(false), [form, setForm] = useState({ plate: '' })
  const note = (type, text) => toaster.push(<Notification type={type} header={text} />, { placement: 'topEnd', duration: 2600 })
  const mails = async (on) => { await post('/api/mails', { on }); note('success', on ? 'Photos will be mailed daily' : 'No more photos') }
  const close = async () => { try { await post('/api/close') } catch (error) { note('error', error.message) } setOpen(false) }
  return <><h3>Settings</h3><p>Daily photo <Toggle aria-label="Daily photo" onChange={mails} /></p><Form formValue={form} onChange={setForm} onSubmit={() => post('/api/plate')}><Field name="plate" label="Number plate" /><Button type="submit">Keep plate</Button></Form><hr /><Button color="red" appearance="ghost" onClick={() => setOpen(true)}>Close account</Button> <Button appearance="subtle">Export data</Button>
    <Modal open={open} onClose={() => setOpen(false)} size="xs"><Modal.Header><Modal.Title>Close the account?</Modal.Title></Modal.Header><Modal.Body>Open bills must be paid first.</Modal.Body><Modal.Footer><Button onClick={close} color="red" appearance="primary">Yes, close it</Button><Button onClick={() => setOpen(false)}>Keep it</Button></Modal.Footer></Modal></>
}

function App() {
  const [path, setPath] = useState(location.pathname)
  useEffect(() => { const changed = () => setPath(location.pathname); addEventListener('popstate', changed); return () => removeEventListener('popstate', changed) }, [])
  const dog = path.match(/^\/dogs\/(\w+)$/)?.[1]
  return <><Navbar appearance="inverse"><Navbar.Brand>Wagtail Kennels</Navbar.Brand><Nav activeKey={path} onSelect={go}>{[['/', 'Pack'], ['/stay', 'Book a stay'], ['/card', 'Vaccination card'], ['/reviews', 'Reviews'], ['/settings', 'Settings']].map(([to, text]) => <Nav.Item key={to} eventKey={to}>{text}</Nav.Item>)}</Nav></Navbar>
    <main style={{ maxWidth: 720, margin: '16px auto', fontFamily: 'sans-serif', fontSize: 15 }}>{dog ? <Dog key={dog} id={dog} /> : { '/stay': <Stay />, '/card': <Card />, '/reviews': <Reviews />, '/settings': <Settings /> }[path] ?? <Pack />}</main></>
}
createRoot(document.getElementById('root')).render(<CustomProvider><App /></CustomProvider>)
