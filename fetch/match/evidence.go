package match

// Evidence is what speaks for it that a listed message is a known one.
type evidence struct {
	uid     uidEvidence
	size    sizeEvidence
	header  headerEvidence
	content contentEvidence
}

type (
	uidEvidence     string
	sizeEvidence    string
	headerEvidence  string
	contentEvidence string
	answer          string
)

// The zero value of each stands for any in the table.
const (
	uidSame  uidEvidence = "same"  // every listing since had it, for one message
	uidGap   uidEvidence = "gap"   // the same, but not in every listing, or for several messages
	uidOther uidEvidence = "other" // or none

	sizeSame    sizeEvidence = "same"
	sizeUntold  sizeEvidence = "untold" // now or then
	sizeDiffers sizeEvidence = "differs"

	headerUnread     headerEvidence = "unread"
	headerIdentifies headerEvidence = "identifies" // the same, with a Received field, and nobody else's
	headerVague      headerEvidence = "vague"      // the same, and it identifies nothing; or the server shows none
	headerOther      headerEvidence = "other"
	headerFields     headerEvidence = "five fields" // of a ledger of version 1, which has no digests
	headerNone       headerEvidence = "none known"  // a person marked the message, or another program fetched it

	contentUnread contentEvidence = "unread"
	contentSame   contentEvidence = "same"
	contentNoted  contentEvidence = "noted" // the same but for volatile fields
	contentCut    contentEvidence = "cut"   // one of these two, and less of it comes than the server tells
	contentOther  contentEvidence = "other"

	yes        answer = "yes"
	no         answer = "no"
	askHeader  answer = "TOP tells"
	askContent answer = "RETR tells"
)

// A finding is what the evidence says.
type finding struct {
	known     answer // whether the message is the known one
	deletable answer // whether the bytes of the message lie in the mailbox
}

// table is the evidence table. The first row that fits counts.
var table = []struct {
	evidence
	finding
}{
	{evidence{"", "", "", contentCut}, finding{yes, no}},
	{evidence{"", "", "", contentSame}, finding{yes, yes}},
	{evidence{uidSame, "", "", contentNoted}, finding{yes, yes}},
	{evidence{"", "", "", contentNoted}, finding{yes, no}},
	{evidence{uidSame, sizeSame, headerIdentifies, contentOther}, finding{yes, no}},
	{evidence{uidSame, "", headerFields, ""}, finding{yes, no}},
	{evidence{"", sizeSame, headerFields, ""}, finding{yes, no}},
	{evidence{uidGap, sizeUntold, headerFields, ""}, finding{yes, no}},
	{evidence{"", "", headerFields, ""}, finding{no, no}},
	{evidence{uidSame, "", headerNone, ""}, finding{yes, no}},
	{evidence{"", sizeDiffers, headerNone, ""}, finding{no, no}},
	{evidence{uidOther, "", headerNone, ""}, finding{no, no}},
	{evidence{"", "", headerNone, ""}, finding{yes, no}},
	{evidence{"", "", "", contentOther}, finding{no, no}},
	{evidence{uidSame, sizeSame, headerIdentifies, ""}, finding{yes, yes}},
	{evidence{"", "", headerIdentifies, ""}, finding{yes, askContent}},
	{evidence{uidSame, sizeSame, headerUnread, ""}, finding{yes, askHeader}},
	{evidence{uidSame, sizeUntold, headerUnread, ""}, finding{yes, askHeader}},
	{evidence{"", "", headerUnread, ""}, finding{askHeader, askHeader}},
	{evidence{uidSame, sizeSame, headerVague, ""}, finding{yes, askContent}},
	{evidence{uidSame, sizeUntold, headerVague, ""}, finding{yes, askContent}},
	{evidence{"", "", "", ""}, finding{askContent, askContent}},
}

// weighEvidence looks up what the evidence says.
func weighEvidence(e evidence) finding {
	for _, row := range table {
		if row.isMetBy(e) {
			return row.finding
		}
	}
	panic("match: the last row of the table covers everything")
}

// isMetBy reports whether e is as the row demands.
func (row evidence) isMetBy(e evidence) bool {
	return (row.uid == "" || row.uid == e.uid) && (row.size == "" || row.size == e.size) &&
		(row.header == "" || row.header == e.header) && (row.content == "" || row.content == e.content)
}
