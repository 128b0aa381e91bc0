import 'semantic-ui-css/components/accordion.min.css'
import 'semantic-ui-css/components/button.min.css'
import 'semantic-ui-css/components/card.min.css'
import 'semantic-ui-css/components/checkbox.min.css'
import 'semantic-ui-css/components/container.min.css'
import 'semantic-ui-css/components/dimmer.min.css'
import 'semantic-ui-css/components/dropdown.min.css'
import 'semantic-ui-css/components/form.min.css'
import 'semantic-ui-css/components/header.min.css'
import 'semantic-ui-css/components/input.min.css'
import 'semantic-ui-css/components/label.min.css'
import 'semantic-ui-css/components/loader.min.css'
import 'semantic-ui-css/components/menu.min.css'
import 'semantic-ui-css/components/message.min.css'
import 'semantic-ui-css/components/modal.min.css'
import 'semantic-ui-css/components/rating.min.css'
import 'semantic-ui-css/components/segment.min.css'
import 'semantic-ui-css/components/transition.min.css'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Accordion, Button, Card, Checkbox, Confirm, Container, Dropdown, Form, Header, Icon, Label, Loader, Menu, Message, Rating, Segment } from 'semantic-ui-react'
import { post } from './post.js'

function Jobs() {
  const [tab, setTab] = useState('Openings')
  const [note, setNote] = useState()
  const [problems, setProblems] = useState({})
  const [apply, setApply] = useState({ name: '', mail: '' })
  const [more, setMore] = useState(-1)
  const [asking, setAsking] = useState(false)
  const [salary, setSalary] = useState()
  const [saved, setSaved] = useState(false)
  const [online, setOnline] = useState(12)
  useEffect(() => { const timer = setInterval(() => setOnline((n) => 10 + ((n * 7) % 9)), 1200); return () => clearInterval(timer) }, [])
  const send = async () => {
    const wrong = {}
    if (!apply.name) wrong.name = 'Enter your name'
    if (!apply.mail.includes('@')) wrong.mail = { content: 'We need a way to reach you', pointing: 'below' }
    setProblems(wrong); setNote()
    if (Object.keys(wrong).length) return
    try { await post('/api/apply', apply); setNote({ positive: true, header: 'Your application is on its way', content: 'We answer within two weeks.' }) } catch (error) { setNote({ negative: true, header: "We're sorry we can't take your application", content: error.message }) }
  }
  const withdraw = async () => { setAsking(false); try { await post('/api/withdraw'); setNote({ info: true, header: 'Withdrawn', content: 'Your earlier application is gone.' }) } catch (error) { setNote({ negative: true, content: error.message }) } }
  return (
    <Container text style={{ paddingTop: 16 }}>
      <Menu pointing secondary>{['Openings', 'My applications', 'Help'].map((name) => <Menu.Item key={name} name={name} active={tab === name} onClick={() => setTab(name)}>{name}</Menu.Item>)}<Menu.Item position="right"><Label color="red" size="tiny">{online} online</Label></Menu.Item></Menu>
      {note && <Message {...note} onDismiss={() => setNote()} />}
      {tab === 'Openings' && <>
        <Card fluid><Card.Content><Card.Header>Error analyst</Card.Header><Card.Meta>Finds out why tests failed</Card.Meta><Card.Description><Rating icon="star" maxRating={5} /></Card.Description></Card.Content><Card.Content extra><Button basic onClick={async () => { setSalary(null); setSalary((await post('/api/salary')).text) }}>Salary</Button><Button basic>Share job</Button><Button basic icon aria-label="Bookmark" onClick={() => setSaved(!saved)}><Icon name={saved ? 'bookmark' : 'bookmark outline'} /></Button>{salary === null ? <Loader active inline size="tiny" /> : <span> {salary}</span>}</Card.Content></Card>
        <Segment><Header size="small">Apply</Header><Form><Form.Input label="Your name" id="name" error={problems.name} value={apply.name} onChange={(_, { value }) => setApply({ ...apply, name: value })} /><Form.Input label="E-mail" id="mail" error={problems.mail} value={apply.mail} onChange={(_, { value }) => setApply({ ...apply, mail: value })} /><Form.Field><label>Start</label><Dropdown selection placeholder="Start" options={['At once', 'In spring', 'In autumn'].map((text) => ({ key: text, text, value: text }))} /></Form.Field><Checkbox label="Keep my data for a year" /><p /><Button primary type="button" onClick={send}>Apply now</Button><Button type="button">Attach CV</Button></Form></Segment>
      </>}
      {tab === 'My applications' && <Segment><p>One application of last year: rejected.</p><Button color="red" onClick={() => setAsking(true)}>Withdraw application</Button><Confirm open={asking} content="Withdraw it? You cannot undo this." confirmButton="Withdraw" onCancel={() => setAsking(false)} onConfirm={withdraw} /></Segment>}
      {tab === 'Help' && <Accordion styled>{['What if my upload fails?', 'Who reads it?'].map((title, index) => <div key={title}><Accordion.Title active={more === index} onClick={() => setMore(more === index ? -1 : index)}><Icon name="dropdown" />{title}</Accordion.Title><Accordion.Content active={more === index}><p>Try again later, an error may be temporary.</p></Accordion.Content></div>)}</Accordion>}
    </Container>
  )
}
createRoot(document.getElementById('root')).render(<Jobs />)
