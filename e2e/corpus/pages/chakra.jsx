import { AlertDialog, AlertDialogBody, AlertDialogContent, AlertDialogFooter, AlertDialogHeader, AlertDialogOverlay, Box, Button, Checkbox, ChakraProvider, FormControl, FormErrorMessage, FormLabel, Heading, HStack, IconButton, Input, Menu, MenuButton, MenuItem, MenuList, Progress, Select, Skeleton, Stack, Text, useDisclosure, useToast } from '@chakra-ui/react'
import { useEffect, useRef, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { post } from './post.js'

function Settings() {
  const toast = useToast({ position: 'bottom-right', duration: 3500, isClosable: true })
  const [email, setEmail] = useState('')
  const [problem, setProblem] = useState('')
  const [saving, setSaving] = useState(false)
  const [usage, setUsage] = useState()
  const [seconds, setSeconds] = useState(0)
  const remove = useDisclosure()
  const keep = useRef()
  useEffect(() => { const timer = setInterval(() => setSeconds((n) => n + 1), 1000); return () => clearInterval(timer) }, [])
  const save = async (event) => {
    event.preventDefault()
    if (!email.includes('@')) return setProblem('Enter an address with an @ sign')
    setProblem(''); setSaving(true)
    try {
      await post('/api/profile', { email })
      toast({ title: 'Profile saved', description: 'Your changes are live', status: 'success' })
    } catch (error) {
      toast({ title: 'Could not save your profile', description: error.message, status: 'error' })
    }
    setSaving(false)
  }
  const load = async () => { setUsage(null); setUsage((await post('/api/usage')).text) }
  const drop = async () => {
    remove.onClose()
    await post('/api/account', {}, 'DELETE').catch((error) => toast({ description: error.message, status: 'error' }))
  }
  return (
    <Box maxW="620px" mx="auto" py={6}>
      <HStack justify="space-between"><Heading size="md">Account settings</Heading><Text fontSize="sm">Signed in for {seconds} s</Text></HStack>
      <Stack as="form" spacing={4} mt={4} onSubmit={save} noValidate>
        <FormControl isInvalid={!!problem}><FormLabel>Work email</FormLabel><Input value={email} onChange={(event) => setEmail(event.target.value)} /><FormErrorMessage>{problem}</FormErrorMessage></FormControl>
        <FormControl><FormLabel>Time zone</FormLabel><Select defaultValue="utc"><option value="utc">UTC</option><option value="cet">Central Europe</option><option value="jst">Japan</option></Select></FormControl>
        <Checkbox>Send me the weekly digest</Checkbox>
        <HStack><Button type="submit" colorScheme="teal" isLoading={saving} loadingText="Saving">Save profile</Button><Button variant="outline">Preview profile</Button><IconButton aria-label="Copy profile link" icon={<span>⧉</span>} /></HStack>
      </Stack>
      <HStack mt={6}>
        <Button onClick={load}>Show usage</Button>
        <Menu><MenuButton as={Button}>Danger zone</MenuButton><MenuList><MenuItem onClick={remove.onOpen}>Delete account</MenuItem><MenuItem>Transfer account</MenuItem></MenuList></Menu>
        <Button variant="ghost">Contact billing</Button><Box as="span" role="button" tabIndex={0} cursor="pointer">Change photo</Box><Button size="xs" isActive>Two-step login</Button>
      </HStack>
      {usage === null && <Stack mt={4}><Progress size="xs" isIndeterminate /><Skeleton height="18px" /></Stack>}
      {usage && <Text mt={4}>{usage}</Text>}
      <AlertDialog isOpen={remove.isOpen} leastDestructiveRef={keep} onClose={remove.onClose}><AlertDialogOverlay><AlertDialogContent><AlertDialogHeader>Delete account</AlertDialogHeader><AlertDialogBody>All 3 workspaces go with it.</AlertDialogBody><AlertDialogFooter><Button ref={keep} onClick={remove.onClose}>Keep it</Button><Button colorScheme="red" ml={3} onClick={drop}>Delete for good</Button></AlertDialogFooter></AlertDialogContent></AlertDialogOverlay></AlertDialog>
    </Box>
  )
}

createRoot(document.getElementById('root')).render(<ChakraProvider><Settings /></ChakraProvider>)
