"""What the codes of an acknowledgment say, in plain words of our own, for the person who has to act on it."""

from __future__ import annotations

_SECURITY = "something about its encryption or signature"

SEGMENT = {
    "1": "they do not know this segment",
    "2": "they did not expect this segment here",
    "3": "a segment they need is missing",
    "4": "the loop comes too often",
    "5": "the segment comes too often",
    "6": "the segment does not belong in this document",
    "7": "the segment stands in the wrong place",
    "8": "something in the segment is wrong",
    "I4": "their guide does not use this segment",
    "I6": "their guide needs a segment here because another one is there",
    "I7": "their guide wants this loop more often",
    "I8": "their guide wants this segment more often",
    "I9": "their guide forbids this segment because another one is there",
}
"""AK304, IK304."""

ELEMENT = {
    "1": "a value they need is missing",
    "2": "another value asks for one here",
    "3": "the segment has too many values",
    "4": "the value is too short",
    "5": "the value is too long",
    "6": "the value has a character that may not stand here",
    "7": "they do not know this code",
    "8": "the date is none",
    "9": "the time is none",
    "10": "another value forbids one here",
    "11": "the value comes too often",
    "12": "the value comes too often",
    "13": "the value has too many components",
    "I6": "their guide does not use this code",
    "I9": "their guide needs a value here because another one is there",
    "I10": "their guide uses no value here",
    "I11": "their guide wants this value more often",
    "I12": "their guide wants the value in another form",
    "I13": "their guide forbids a value here because another one is there",
}
"""AK403, IK403. Some lists of a 997 have 11 and 12 where others have 12 and 13."""

SET = {
    "1": "they do not take this kind of document",
    "2": "the document has no end (SE)",
    "3": "the numbers in ST and SE differ",
    "4": "SE counts the segments wrong",
    "5": "segments in it are wrong",
    "6": "the kind of document is missing or wrong",
    "7": "its number is missing or wrong",
    **{str(code): _SECURITY for code in (*range(8, 18), *range(24, 28))},
    "18": "this kind of document does not belong in its group",
    "19": "the guide it names is wrong",
    "23": "its number was used before in the group",
    "I5": "segments in it are against their guide",
    "I6": "they do not have the guide it names",
}
"""AK502 to AK506, IK502 to IK506."""

GROUP = {
    "1": "they do not take this kind of group",
    "2": "they do not read this version",
    "3": "the group has no end (GE)",
    "4": "the numbers in GS and GE differ",
    "5": "GE counts the documents wrong",
    "6": "the number of the group is wrong",
    **{str(code): _SECURITY for code in (*range(10, 19), *range(23, 27))},
    "19": "the number of the group was used before",
}
"""AK905 to AK909."""

INTERCHANGE = {
    "001": "the numbers in ISA and IEA differ",
    "002": "they do not know the standard",
    "003": "they do not read this version",
    "004": "the segment terminator is wrong",
    "005": "our qualifier is wrong",
    "006": "they do not know our id",
    "007": "their qualifier is wrong",
    "008": "their id is wrong",
    "009": "the interchange was not for them",
    "010": "the qualifier of the authorisation is wrong",
    "011": "the authorisation is wrong",
    "012": "the qualifier of the password is wrong",
    "013": "the password is wrong",
    "014": "the date of the envelope is wrong",
    "015": "the time of the envelope is wrong",
    "016": "the name of the standard is wrong",
    "017": "they do not know the version of the envelope",
    "018": "the number of the interchange is wrong",
    "019": "the request for an acknowledgment is wrong",
    "020": "the mark for test or production is wrong",
    "021": "IEA counts the groups wrong",
    "022": "the envelope is built wrongly",
    "023": "the file ended too soon",
    "024": "a group header or what is in the interchange is wrong",
    "025": "they had this interchange before",
    "026": "the element separator is wrong",
    "027": "the component separator is wrong",
    "028": "the date of a deferred delivery is wrong",
    "029": "the time of a deferred delivery is wrong",
    "030": "the time code of a deferred delivery is wrong",
    "031": "the grade of service is wrong",
}
"""TA105. 000 is fine and says nothing."""

NOT_KNOWN = "a code we have no words for: ask the partner"
