import { Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger, Dropdown, Field, FluentProvider, Input, MessageBar, MessageBarBody, MessageBarTitle, Option, ProgressBar, SpinButton, Spinner, Tab, TabList, Title3, Toast, ToastBody, ToastTitle, Toaster, useToastController, webLightTheme } from '@fluentui/react-components'
import { useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

function Backups() {
  const { dispatchToast } = useToastController('toaster')
  const [tab, setTab] = useState('plan')
  const [name, setName] = useState('Nightly')
  const [keep, setKeep] = useState(7)
  const [problem, setProblem] = useState()
  const [bar, setBar] = useState(null)
  const [busy, setBusy] = useState(false)
  const [restored, setRestored] = useState('')
  const [agreed, setAgreed] = useState(false)
  const toast = (title, body, intent) => dispatchToast(<Toast><ToastTitle>{title}</ToastTitle><ToastBody>{body}</ToastBody></Toast>, { intent, timeout: 4000 })
  const save = async () => {
    if (keep > 10) return setProblem('Keep ten copies at most')
    setProblem(undefined); setBar(null)
    try { await post('/api/plan'); toast('Plan saved', 'The first backup runs tonight', 'success') } catch (error) { setBar(error.message) }
  }
  const restore = async () => {
    setBusy(true); setRestored('')
    try { setRestored((await post('/api/restore')).text) } catch (error) { toast('Restore stopped', error.message, 'error') }
    setBusy(false)
  }
  return (
    <div style={{ maxWidth: 640, margin: '16px auto' }}>
      <Title3 as="h1">Backups</Title3><Toaster toasterId="toaster" />
      <TabList selectedValue={tab} onTabSelect={(_, { value }) => setTab(value)}><Tab value="plan">Plan</Tab><Tab value="restore">Restore</Tab></TabList>
      {bar && <MessageBar intent="error"><MessageBarBody><MessageBarTitle>Not saved</MessageBarTitle>{bar}</MessageBarBody></MessageBar>}
      {tab === 'plan' ? (
        <div>
          <Field label="Plan name"><Input value={name} onChange={(_, { value }) => setName(value)} /></Field>
          <Field label="Copies to keep" validationMessage={problem}><SpinButton value={keep} onChange={(_, { value }) => setKeep(value ?? keep)} min={1} /></Field>
          <Field label="Where"><Dropdown defaultValue="Frankfurt" defaultSelectedOptions={['f']}><Option value="f">Frankfurt</Option><Option value="d">Dublin (deprecated)</Option></Dropdown></Field>
          <Checkbox label="Encrypt copies" checked={agreed} onChange={(_, { checked }) => setAgreed(!!checked)} />
          <p><Button appearance="primary" onClick={save}>Save plan</Button> <Button>Test connection</Button> <Button appearance="subtle">View logs</Button> <Button appearance="transparent">Rename plan</Button>{' '}
            <Dialog><DialogTrigger disableButtonEnhancement><Button>What is kept?</Button></DialogTrigger><DialogSurface><DialogBody><DialogTitle>What is kept</DialogTitle><DialogContent>Files. Failed uploads are not kept.</DialogContent><DialogActions><DialogTrigger disableButtonEnhancement><Button>Close</Button></DialogTrigger></DialogActions></DialogBody></DialogSurface></Dialog></p>
        </div>
      ) : (
        <div><p>Last copy: yesterday, 3 errors in 4,210 files</p><Button onClick={restore} icon={busy ? <Spinner size="tiny" /> : undefined}>Restore it</Button> <Button>Compare copies</Button> <Button appearance="outline">Export report</Button>{busy && <ProgressBar />}{restored && <p>{restored}</p>}</div>
      )}
    </div>
  )
}
createRoot(document.getElementById('root')).render(<FluentProvider theme={webLightTheme}><Backups /></FluentProvider>)
